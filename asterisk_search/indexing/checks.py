"""Looking at every part of the installation; each finding names what mends it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from asterisk_search.errors import (
    AsteriskError,
    CatalogTooNew,
    NothingIndexed,
    VectorFileInvalid,
)
from asterisk_search.indexing.reports import Check, Health
from asterisk_search.protocols import Embedder
from asterisk_search.records import SourceSpec
from asterisk_search.storage.folder import DataFolder
from asterisk_search.storage.inspection import SqliteInspector
from asterisk_search.storage.packing import unpack
from asterisk_search.storage.vector_file import load
from asterisk_search.text.folding import printable

REBUILD = "asterisk-search index --rebuild"
LOW_DISK_BYTES = 500_000_000
SAMPLE = "A vector of known text tells whether the model still works."


def diagnose(
    folder: DataFolder, open_embedder: Callable[[], Embedder], exact_up_to: int
) -> Iterator[Check]:
    """Each check as it is done. Nothing is changed, and no failure of one hides the others."""
    yield _sqlite()
    yield _data_folder(folder)
    embedder, check = _model(open_embedder)
    yield check
    try:
        reader = SqliteInspector(folder.catalog)
    except NothingIndexed as error:
        yield Check("catalog", Health.WARNING, error.message, "asterisk-search index PATH")
        return
    except CatalogTooNew as error:
        yield Check("catalog", Health.FAILED, error.message, error.hint)
        return
    except AsteriskError as error:
        yield Check("catalog", Health.FAILED, error.message, REBUILD)
        return
    with closing(reader):
        yield from _catalog(reader, folder, embedder, exact_up_to)


def _sqlite() -> Check:
    version = sqlite3.sqlite_version
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.Error as error:
        return Check("sqlite", Health.FAILED, f"SQLite {version} lacks FTS5: {error}",
                     "use a Python whose sqlite3 module has FTS5")  # fmt: skip
    finally:
        connection.close()
    return Check("sqlite", Health.OK, f"SQLite {version} with FTS5")


def _data_folder(folder: DataFolder) -> Check:
    if not folder.root.exists():
        return Check("data folder", Health.OK, f"{folder.root} will be made by the first index")
    try:
        folder.create()
        free = shutil.disk_usage(folder.root).free
    except (AsteriskError, OSError) as error:
        return Check("data folder", Health.FAILED, str(error), "choose another with --data-dir")
    if free < LOW_DISK_BYTES:
        return Check("data folder", Health.WARNING, f"{folder.root}: {free / 1e6:.0f} MB free",
                     "free some disk space")  # fmt: skip
    return Check("data folder", Health.OK, f"{folder.root}: {folder.size() / 1e6:.1f} MB used")


def _model(open_embedder: Callable[[], Embedder]) -> tuple[Embedder | None, Check]:
    try:
        embedder = open_embedder()
        embedder.embed([SAMPLE])
    except AsteriskError as error:
        return None, Check("model", Health.FAILED, error.message,
                           error.hint or "reinstall asterisk-search")  # fmt: skip
    detail = f"{embedder.dim} dimensions, {embedder.fingerprint[:12]}, verified"
    return embedder, Check("model", Health.OK, detail)


def _catalog(
    reader: SqliteInspector, folder: DataFolder, embedder: Embedder | None, exact_up_to: int
) -> Iterator[Check]:
    sound = _guarded("catalog", lambda: _soundness(reader))
    yield sound
    if sound.health is Health.FAILED:
        return  # what else it says cannot be trusted
    for info in reader.sources():
        yield _source(info.spec)
    yield _guarded("pending", lambda: _pending(reader.totals()[2]))
    if embedder is not None:
        yield _guarded("vectors", lambda: _vectors(reader, embedder))
        yield _guarded("vector index", lambda: _vector_file(reader, folder, embedder, exact_up_to))


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """The check, or its failure: none may end the others."""
    try:
        return check()
    except AsteriskError as error:
        return Check(name, Health.FAILED, error.message, REBUILD)


def _soundness(reader: SqliteInspector) -> Check:
    if problems := reader.check():
        return Check("catalog", Health.FAILED, "; ".join(problems[:3]), REBUILD)
    documents, chunks, _ = reader.totals()
    return Check("catalog", Health.OK, f"{documents} documents, {chunks} passages")


def _source(spec: SourceSpec) -> Check:
    name = f"source {spec.name}"
    root = Path(spec.root)
    shown = printable(spec.root)
    try:
        empty = not any(root.iterdir())
    except OSError as error:
        return Check(name, Health.FAILED, f"{shown}: {error.strerror}",
                     _missing(spec))  # fmt: skip
    if empty:
        return Check(name, Health.FAILED, f"{shown} is empty",
                     _missing(spec))  # fmt: skip
    return Check(name, Health.OK, shown)


def _missing(spec: SourceSpec) -> str:
    return (
        f"mount it; or, if it has moved, asterisk-search index NEW_PATH --name {spec.name}; or "
        f"asterisk-search source remove {spec.name}"
    )


def _pending(pending: int) -> Check:
    if pending:
        return Check("pending", Health.WARNING, f"{pending} passages wait for their vectors",
                     "asterisk-search index")  # fmt: skip
    return Check("pending", Health.OK, "every passage has its vector")


def _vectors(reader: SqliteInspector, embedder: Embedder) -> Check:
    """The stored vectors must be in this model's space, of its dimension and of unit length."""
    stored = reader.fingerprint()
    if stored is None:
        return Check("vectors", Health.WARNING, "there are none yet", "asterisk-search index")
    if stored != embedder.fingerprint:
        return Check("vectors", Health.WARNING, "made by another model", "asterisk-search index")
    ids = reader.vector_ids()
    for _, blobs in reader.vectors(ids[:1]):
        vector = unpack(blobs)
        if vector.shape[1:] != (embedder.dim,) or abs(float((vector**2).sum()) - 1) > 0.01:
            return Check("vectors", Health.FAILED, "a stored vector is not of unit length",
                         REBUILD)  # fmt: skip
    return Check("vectors", Health.OK, f"{len(ids)} in the space of this model")


def _vector_file(
    reader: SqliteInspector, folder: DataFolder, embedder: Embedder, exact_up_to: int
) -> Check:
    count = len(reader.vector_ids())
    if count <= exact_up_to:
        return Check("vector index", Health.OK, f"exact comparison of {count} vectors")
    try:
        _, generation = load(folder.vectors, embedder.dim, reader.space(), reader.generation())
    except VectorFileInvalid as error:
        return Check("vector index", Health.WARNING, error.message, "asterisk-search index")
    behind = "" if generation == reader.generation() else ", slightly behind the catalog"
    return Check("vector index", Health.OK, f"HNSW, verified{behind}")
