"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "d5e89fd0c846754b6d964c3dd253470dc352d11d27795a32b0716acae5d727d2"
