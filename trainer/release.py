"""An evaluated bundle becomes the one that the program brings along.

Run: ``python -m trainer release --bundle DIR --results FILE --into asterisk_search/embedding``

Puts the development scores into the manifest, copies the bundle to ``bundled/`` and writes the
manifest's SHA-256 into ``pin.py``, against which the program checks its own bundle.
"""

import json
from dataclasses import replace
from pathlib import Path

from asterisk_search.embedding import bundle
from trainer import atomic
from trainer.errors import TrainerError

LIMIT = 20_000_000
"""Bytes: what a person may be asked to download for a search program's model."""
PIN = '''"""The SHA-256 of the bundled manifest. Written by ``python -m trainer release``."""

MANIFEST_SHA256 = "{sha256}"
'''


def release(source: Path, results: Path, into: Path) -> None:
    """Copy a bundle into the program and pin it.

    Raises:
        TrainerError: too large, or the results were measured on another bundle.
        BundleError: the source is not a sound bundle.
    """
    original = bundle.load(source)
    contents = {name: original.read(name) for name in (bundle.MODEL, bundle.TOKENIZER)}
    size = sum(map(len, contents.values()))
    if size > LIMIT:
        raise TrainerError(f"the bundle has {size} bytes; the limit is {LIMIT}")
    measured = json.loads(results.read_text("utf-8"))
    if measured["fingerprint"] != original.fingerprint:
        raise TrainerError(f"{results} holds the scores of another bundle")
    manifest = replace(original.manifest, evaluation=measured["scores"])
    made = bundle.write(into / "bundled", manifest, contents)
    atomic.write_bytes(into / "pin.py", PIN.format(sha256=made.fingerprint).encode())
    print(f"{made.folder}: {made.fingerprint}")
