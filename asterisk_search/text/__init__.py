"""Strings and offsets: Markdown to readable text, chunks, snippets. No files, no databases."""
