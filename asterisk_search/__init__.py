"""Asterisk Search: local semantic search over one's own notes. Importing this imports nothing."""
