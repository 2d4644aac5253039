"""The trainer: builds, exports and evaluates the bundled embedding model."""
