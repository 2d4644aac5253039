"""SQL, bytes and labels: the catalog and the vector indexes."""
