"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "a05d1fe62a89184e9fa624cc7006f9b244e6e80839283b65f690e0d25bcac7de"
