"""A folder's conventions: what is an entry, and how an entry becomes a document."""
