"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "8a500aae4458408f9d18a3d3396f077dc88dff54188c1a9058f7beda7265bd52"
