"""A catalog of many passages in minutes: real words, invented vectors.

Texts are indexed by the product without its model; each passage is then given a vector near one of
a few hundred centres, as texts of one subject are. What the vectors say is meaningless, what they
cost is not.
"""

from contextlib import closing
from pathlib import Path

import numpy as np

from asterisk_search.config import ModelSettings, Settings
from asterisk_search.embedding.load import load_embedder
from asterisk_search.indexing.progress import Silent
from asterisk_search.indexing.repair import GraphFile, refresh
from asterisk_search.library import Library
from asterisk_search.storage.folder import DataFolder
from asterisk_search.storage.packing import pack
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.writer import SqliteWriter

CENTRES = 400
_BATCH = 5_000


def scaled_catalog(vault: Path, data_dir: Path, seed: int = 1) -> Settings:
    """Index ``vault`` into ``data_dir`` unless that was done before; settings to open it with."""
    settings = Settings(data_dir=str(data_dir))
    if not (data_dir / "done").exists():
        words_only = Settings(
            data_dir=str(data_dir), model=ModelSettings(str(data_dir / "no model here"))
        )
        library = Library(words_only)
        library.register([str(vault)], name="scale")
        library.update(None, Silent())
        library.close()
        _fill(DataFolder(data_dir), settings.search.exact_up_to, seed)
        (data_dir / "done").touch()
    return settings


def _fill(folder: DataFolder, exact_up_to: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    model = load_embedder(None, 1)
    centres = _unit(chance.standard_normal((CENTRES, model.dim)))
    with (
        closing(SqliteWriter(folder.catalog)) as writer,
        closing(SqliteReader(folder.catalog)) as reader,
    ):
        writer.adopt(model.fingerprint)
        last = 0
        while pending := writer.pending(last, _BATCH):
            near = centres[chance.integers(CENTRES, size=len(pending))]
            noise = 0.06 * chance.standard_normal(near.shape)
            writer.set_vectors(pending, pack(_unit(near + noise)))
            last = pending[-1].id
        refresh(reader, writer, GraphFile(folder.vectors, model.dim, exact_up_to, 1))
    model.close()


def _unit(rows: "np.typing.NDArray[np.float64]") -> "np.typing.NDArray[np.float32]":
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: np.typing.NDArray[np.float32] = (rows / norms).astype(np.float32)
    return unit
