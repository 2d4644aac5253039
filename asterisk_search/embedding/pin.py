"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "a528b15a9e7cc90a19785793520366ca0328c349444b7035ef603097c704cce9"
