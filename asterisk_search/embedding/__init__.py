"""One model bundle in, unit vectors out."""
