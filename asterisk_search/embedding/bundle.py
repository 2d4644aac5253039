"""Reads and writes model bundles; nothing else does. The format is described in docs/bundle.md.

A bundle's content is verified before any native code sees it: what `Bundle.read` returns has the
SHA-256 that the manifest states, and the bytes themselves are handed on, not a path that could
meanwhile point elsewhere. Importing this module imports neither numpy nor a model runtime.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dacite import Config, DaciteError, from_dict

from asterisk_search.errors import BundleError, reason_of

FORMAT = 1
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
MANIFEST = "manifest.json"
SHOWN = 3
"""Names that are listed of a folder which is no bundle."""
REINSTALL = "restore the bundle from where it came, or reinstall the program"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file of the bundle must be."""

    sha256: str
    """Hexadecimal, lower case."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What is put before a text; it depends on the text's role."""

    passage: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """The model from which this one was made."""

    name: str
    licence: str
    sha256: str = ""
    """Of its weights."""


@dataclass(frozen=True, slots=True)
class Training:
    """What made the weights, for whoever wants to make them again."""

    recipe: str = ""
    recipe_sha256: str = ""
    data_sha256: str = ""
    """Of the manifest of the prepared data."""
    steps: int = 0
    saw: tuple[str, ...] = ()
    """Evaluation sets whose texts were trained on; their scores mean nothing."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself."""

    name: str
    dim: int
    """Length of a vector."""
    max_tokens: int
    """Longest text the model reads, special tokens not counted; a prefix counts as text."""
    files: Mapping[str, Content]
    base: Base
    format: int = FORMAT
    licence: str = ""
    pooling: str = "in graph"
    normalised: bool = True
    prefixes: Prefixes = field(default_factory=Prefixes)
    training: Training = field(default_factory=Training)
    evaluation: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Task -> metric -> value, measured on development sets with exactly these files."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder whose manifest was read; its files are verified as they are read."""

    folder: Path
    manifest: Manifest
    fingerprint: str
    """SHA-256 of the manifest's bytes; it names the vector space."""
    mend: str = REINSTALL
    """What to do when a file turns out to be another."""

    def read(self, name: str) -> bytes:
        """The verified content of the model or the tokenizer.

        Raises:
            BundleError: the file is missing, or is not what the manifest states.
        """
        content = read_file(self.folder / name, self.mend)
        expected = self.manifest.files[name]
        if len(content) != expected.size or sha256(content) != expected.sha256:
            raise BundleError(
                f"{self.folder / name} is not the file that its manifest describes", hint=self.mend
            )
        return content


def load(folder: Path, *, expected: str = "", mend: str = REINSTALL) -> Bundle:
    """The bundle in ``folder``; with ``expected``, only if that is the manifest's SHA-256.

    ``mend`` is the hint when it cannot be had: where the folder was named, for instance.

    Raises:
        BundleError: a file is missing or has another size, the manifest is malformed, of an
            unknown format version, or not the expected one.
    """
    if there := _instead(folder):
        raise BundleError(f"no model bundle at {folder}: {there}", hint=mend)
    raw = read_file(folder / MANIFEST, mend)
    fingerprint = sha256(raw)
    if expected and fingerprint != expected:
        raise BundleError(f"{folder / MANIFEST} was altered", hint=mend)
    manifest = parse(raw, folder / MANIFEST)
    for name, content in manifest.files.items():
        check_size(folder / name, content.size, mend)
    return Bundle(folder, manifest, fingerprint, mend)


def _instead(folder: Path) -> str:
    """What is there instead of a bundle's folder; empty when there is a manifest, at least."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except NotADirectoryError:
        return "that is a file; a bundle is a folder"
    except OSError as error:
        return reason_of(error)
    if MANIFEST in names:
        return ""
    if not names:
        return "the folder is empty"
    others = f" and {len(names) - SHOWN} others" if len(names) > SHOWN else ""
    return f"the folder has no {MANIFEST}; it holds {', '.join(names[:SHOWN])}{others}"


def write(folder: Path, manifest: Manifest, contents: Mapping[str, bytes]) -> Bundle:
    """Write a bundle; the sizes and SHA-256 in its manifest are those of ``contents``.

    The manifest is written last, so that a bundle half written has none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = {name: Content(sha256(content), len(content)) for name, content in contents.items()}
    value = {**asdict(manifest), "files": {name: asdict(stamp) for name, stamp in files.items()}}
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_bytes(text.encode())
    return load(folder)


def parse(raw: bytes, path: Path) -> Manifest:
    """A manifest's bytes as a record; ``path`` is for the error alone.

    Unknown keys are ignored: a later version of the same format may add some.
    """
    try:
        value: Any = json.loads(raw)
        found = value["format"]
    except (ValueError, TypeError, KeyError) as error:
        raise malformed(path, f"{error!r}") from error
    if found != FORMAT:
        raise BundleError(
            f"{path} has format version {found!r}; this program reads version {FORMAT}",
            hint="use a bundle made for this version, or a newer version of the program",
        )
    try:
        manifest = from_dict(Manifest, value, Config(cast=[tuple, float]))
    except (DaciteError, TypeError, ValueError) as error:
        raise malformed(path, str(error)) from error
    check(manifest, path)
    return manifest


def check(manifest: Manifest, path: Path) -> None:
    """Refuse values that no model could have."""
    if set(manifest.files) != {MODEL, TOKENIZER}:
        raise malformed(path, f"its files must be {MODEL} and {TOKENIZER}")
    if manifest.dim < 1 or manifest.max_tokens < 1:
        raise malformed(path, "dim and max_tokens must be positive")
    if manifest.pooling != "in graph" or not manifest.normalised:
        raise malformed(path, "the graph itself must pool and normalise")


def malformed(path: Path, detail: str) -> BundleError:
    """An error for a manifest that says something impossible, or nothing."""
    return BundleError(f"{path} is not a bundle manifest: {detail}", hint="see docs/bundle.md")


def check_size(path: Path, size: int, mend: str) -> None:
    """Notice a missing or truncated file early, without reading it."""
    try:
        found = path.stat().st_size
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {reason_of(error)}", hint=mend) from error
    if found != size:
        raise BundleError(f"{path} has {found} bytes instead of {size}", hint=mend)


def read_file(path: Path, mend: str) -> bytes:
    """All bytes of a file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {reason_of(error)}", hint=mend) from error


def sha256(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()
