"""Answers over HTTP on this machine: an API and a page. Imported only by what serves."""
