"""The Model Context Protocol on standard input and output: search as tools for a language model."""
