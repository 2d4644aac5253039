"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "644acc29e40f01f6dc3f8a37fa1ffc35f973356ab53579e155bc2e04175b7066"
