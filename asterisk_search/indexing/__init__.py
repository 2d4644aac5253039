"""The order of the steps that make a catalog agree with its sources."""
