"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "19ad6eeb9937d7a0efe3d0e2c94b03159cb519f6dc5f4999a6b437dd958abb24"
