"""An ArchiveBox archive as a source: its database, its folders, its texts."""
