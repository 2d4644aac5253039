"""The vector index on disk: a cache that is believed only after it was verified.

Native code crashes on a damaged graph of the right length, so nothing is loaded before its
SHA-256 has been compared. Three files: the graph, the labels of its living vectors, and a sidecar
that names the hashes of both, the vector space, and the catalog's generation they show. The
sidecar is written last; a crash in between leaves a hash that does not match, which means:
make it anew from the catalog.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import hnswlib
import numpy as np

from asterisk_search.errors import CatalogError, VectorFileInvalid, reason_of
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.hnsw import EF_SEARCH, HnswIndex

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What the graph file must be to be believed."""

    format: int
    dim: int
    space: str
    """The catalog and the vector space: ids of another catalog mean other passages."""
    generation: int
    count: int
    graph_sha256: str
    labels_sha256: str


def save(files: VectorFiles, index: HnswIndex, dim: int, space: str, generation: int) -> None:
    """Write the index so that a crash at any point leaves a file that `load` refuses or accepts.

    Raises:
        CatalogError: it could not be written, for instance because the disk is full.
    """
    temporary = files.folder / "vectors.tmp"
    labels = index.ids().astype("<i8").tobytes()
    try:
        index.write(str(temporary))
        # hnswlib reports no error on a full disk or a missing folder: look at what is there.
        _sync(temporary)
        graph_hash = _sha256(temporary)
        files.sidecar.unlink(missing_ok=True)
        temporary.replace(files.graph)
        _write(files.labels, labels)
        sidecar = Sidecar(
            FORMAT, dim, space, generation, len(index), graph_hash,
            hashlib.sha256(labels).hexdigest(),
        )  # fmt: skip
        _write(files.sidecar, json.dumps(asdict(sidecar)).encode())
    except (OSError, RuntimeError) as error:
        temporary.unlink(missing_ok=True)
        raise CatalogError(
            f"the vector index could not be saved: {reason_of(error)}",
            hint="searching still works from the catalog; free some disk space",
        ) from error


def load(
    files: VectorFiles, dim: int, space: str, newest: int, *, ef: int = EF_SEARCH, threads: int = 1
) -> tuple[HnswIndex, int]:
    """The saved index and the catalog generation it shows.

    ``newest`` is the catalog's own generation: a file that shows a later one was made before the
    catalog lost its last changes, and its ids may since mean other passages.

    Raises:
        VectorFileInvalid: missing, altered, truncated, or of another catalog or model.
    """
    sidecar = read_sidecar(files)
    if (sidecar.format, sidecar.dim, sidecar.space) != (FORMAT, dim, space):
        raise VectorFileInvalid("the saved vector index belongs to another catalog or model")
    if sidecar.generation > newest:
        raise VectorFileInvalid("the saved vector index is newer than the catalog")
    try:
        labels = files.labels.read_bytes()
        if hashlib.sha256(labels).hexdigest() != sidecar.labels_sha256:
            raise VectorFileInvalid("the labels of the saved vector index were altered")
        if _sha256(files.graph) != sidecar.graph_sha256:
            raise VectorFileInvalid("the saved vector index was altered or truncated")
        graph = hnswlib.Index(space="ip", dim=dim)
        graph.load_index(str(files.graph))
    except (OSError, RuntimeError) as error:
        raise VectorFileInvalid(f"the saved vector index cannot be read: {error}") from error
    if read_sidecar(files) != sidecar:
        raise VectorFileInvalid("the saved vector index was replaced while it was being read")
    alive = np.frombuffer(labels, dtype="<i8").tolist()
    return HnswIndex.restored(graph, dim, alive, ef=ef, threads=threads), sidecar.generation


def read_sidecar(files: VectorFiles) -> Sidecar:
    """The sidecar alone.

    Raises:
        VectorFileInvalid: missing or malformed.
    """
    try:
        return Sidecar(**json.loads(files.sidecar.read_bytes()))
    except FileNotFoundError as error:
        raise VectorFileInvalid("there is no saved vector index") from error
    except (OSError, ValueError, TypeError) as error:
        raise VectorFileInvalid(f"the sidecar of the vector index is damaged: {error}") from error


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(data)
    _sync(temporary)
    temporary.replace(path)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
