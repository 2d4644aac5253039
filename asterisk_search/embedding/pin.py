"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "5c0e1f3b527b3209db0f3a954106d6fd4dad764baaf596d3325be0b479014bb4"
