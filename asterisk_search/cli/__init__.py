"""The command line: parse, one call on the library, render."""
