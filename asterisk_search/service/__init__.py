"""How an answer leaves the process: wire shapes."""
