"""What was published already, asked whether something new tells it again."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from asterisk_search.feeds.facts import Facts

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Match:
    """Something published before, and how alike it is."""

    id: str
    similarity: float
    """Cosine."""
    time: float


class LookBack:
    """Vectors of what was published, in order of time; thread-safe.

    Compared exactly: a year of 400 items a day are 150,000 vectors, 150 MB and about 20 ms a
    question. `prune` keeps it as small as it needs to be.
    """

    def __init__(self, dim: int = 256) -> None:
        self._dim = dim
        self._lock = threading.Lock()
        self._count = 0
        self._vectors: Vectors = np.empty((64, dim), dtype=np.float32)
        self._times = np.empty(64, dtype=np.float64)
        self._ids: list[str] = []
        self._facts: list[Facts] = []

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Ids and times, in the order of adding."""
        with self._lock:
            return iter(list(zip(self._ids, self._times[: self._count].tolist(), strict=True)))

    def add(self, id_: str, vector: "Vectors", time: float, facts: Facts = NO_FACTS) -> None:
        """Remember a published item: its unit vector (dim,), and when, in seconds.

        Raises:
            ValueError: another dimension, or a value that is not finite.
        """
        self._check(vector)
        with self._lock:
            if self._count == len(self._times):
                self._grow()
            self._vectors[self._count] = vector
            self._times[self._count] = time
            self._ids.append(id_)
            self._facts.append(facts)
            self._count += 1

    def nearest(
        self,
        vector: "Vectors",
        since: float,
        *,
        threshold: float = -1.0,
        count: int = 1,
        facts: Facts = NO_FACTS,
    ) -> list[Match]:
        """The ``count`` items published at or after ``since`` that are most alike, best first.

        Those below ``threshold`` are left out, as are those whose facts conflict with ``facts``.

        Raises:
            ValueError: another dimension, or a value that is not finite.
        """
        self._check(vector)
        with self._lock:
            recent = np.flatnonzero(self._times[: self._count] >= since)
            cosines = self._vectors[recent] @ vector.astype(np.float32)
            order = np.lexsort((recent, -cosines))
            found: list[Match] = []
            for at in order:
                if len(found) >= count or cosines[at] < threshold:
                    break
                place = int(recent[at])
                if not self._facts[place].conflicts(facts):
                    similarity = round(float(cosines[at]), 4)
                    found.append(Match(self._ids[place], similarity, float(self._times[place])))
            return found

    def prune(self, *, before: float | None = None, keep: int | None = None) -> int:
        """Forget what was published before that time, then all but the newest ``keep``.

        Returns how many were forgotten.
        """
        with self._lock:
            times = self._times[: self._count]
            kept = np.arange(self._count)
            if before is not None:
                kept = kept[times >= before]
            if keep is not None and len(kept) > keep:
                newest = np.lexsort((kept, times[kept]))[len(kept) - keep :]
                kept = np.sort(kept[newest])
            gone = self._count - len(kept)
            if gone:
                self._keep(kept.tolist())
            return gone

    def _keep(self, places: list[int]) -> None:
        room = max(64, len(places))
        vectors = np.empty((room, self._dim), dtype=np.float32)
        times = np.empty(room, dtype=np.float64)
        vectors[: len(places)] = self._vectors[places]
        times[: len(places)] = self._times[places]
        self._vectors, self._times, self._count = vectors, times, len(places)
        self._ids = [self._ids[at] for at in places]
        self._facts = [self._facts[at] for at in places]

    def _grow(self) -> None:
        self._vectors = np.concatenate([self._vectors, np.empty_like(self._vectors)])
        self._times = np.concatenate([self._times, np.empty_like(self._times)])

    def _check(self, vector: "Vectors") -> None:
        if vector.shape != (self._dim,) or not np.isfinite(vector).all():
            raise ValueError(f"expected {self._dim} finite numbers, got shape {vector.shape}")
