"""Encoding, packing, looking back, calibrating, labelling; the model is the real one."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from asterisk_search.embedding.load import BUNDLED
from asterisk_search.errors import BundleError
from asterisk_search.feeds import (
    Embedder,
    Facts,
    LookBack,
    SimHash,
    Topics,
    calibrate,
    chance_threshold,
    open_encoder,
    pack,
    unpack,
)
from asterisk_search.feeds.encoding import simhash
from asterisk_search.feeds.packing import Format
from tests.conftest import ROOT

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

TEXTS = ["the bridge closes in May", "in May they will shut the bridge", "dust of an asteroid", ""]


@pytest.fixture(scope="module")
def embedder() -> Iterator[Embedder]:
    with Embedder(threads=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def vectors(embedder: Embedder) -> "Vectors":
    return embedder.encode(TEXTS)


def test_it_imports_without_the_shells_the_catalog_and_torch() -> None:
    script = "import sys, asterisk_search.feeds; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {name.partition(".")[0] for name in done.stdout.split()}
    assert not found & {"click", "starlette", "uvicorn", "torch", "sqlite3", "hnswlib", "watchdog"}


def test_texts_become_unit_vectors(embedder: Embedder, vectors: "Vectors") -> None:
    assert vectors.shape == (4, embedder.dim) == (4, 256)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]
    assert embedder.encode([]).shape == (0, 256)


def test_threads_get_the_same_vectors(embedder: Embedder, vectors: "Vectors") -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: embedder.encode([text])[0], TEXTS * 8))
    assert np.array_equal(np.stack(found), np.concatenate([vectors] * 8))


def test_the_model_is_named_with_its_hash(embedder: Embedder) -> None:
    assert embedder.model_id.endswith(f"@{embedder.sha256[:12]}")
    assert len(embedder.sha256) == 64
    assert embedder.degraded_reason is None


def test_a_damaged_model_is_replaced_by_fingerprints_that_say_so(tmp_path: Path) -> None:
    bundle = shutil.copytree(BUNDLED, tmp_path / "bundle")
    model = bundle / "model.onnx"
    model.write_bytes(b"\0" * model.stat().st_size)
    encoder = open_encoder(bundle)
    assert isinstance(encoder, SimHash)
    assert "is not the file" in (encoder.degraded_reason or "")
    assert encoder.model_id == "simhash-64"
    with pytest.raises(BundleError):
        Embedder(tmp_path / "nowhere")
    assert isinstance(open_encoder(), Embedder)


def test_the_cosine_of_fingerprints_is_their_distance() -> None:
    one, other = TEXTS[:2]
    distance = (simhash(one) ^ simhash(other)).bit_count()
    a, b = SimHash().encode([one, other])
    assert a @ b == pytest.approx(1 - distance / 32)
    assert simhash("B a a") == simhash("a A b")
    assert SimHash().threshold == pytest.approx(1 - 4 / 32)


@pytest.mark.parametrize(
    ("format_", "size", "error"), [("int8", 256, 0.01), ("float16", 512, 0.001)]
)
def test_packed_vectors_keep_their_cosines(
    vectors: "Vectors", format_: Format, size: int, error: float
) -> None:
    blobs = pack(vectors, format_)
    assert {len(blob) for blob in blobs} == {size}
    back = unpack(blobs)
    assert np.abs(back @ back.T - vectors @ vectors.T).max() < error


def test_bytes_that_are_no_vector_are_refused(vectors: "Vectors") -> None:
    with pytest.raises(ValueError, match="255 bytes"):
        unpack([b"x" * 255])
    with pytest.raises(ValueError, match="not finite"):
        pack(np.full((1, 4), np.inf, dtype=np.float32))
    with pytest.raises(ValueError, match="unknown format"):
        pack(vectors, "float8")  # type: ignore[arg-type]
    assert unpack([b"\0" * 256]).sum() == 0


def test_what_was_published_is_found_again(vectors: "Vectors") -> None:
    back = LookBack()
    for number in range(100):
        back.add(f"old {number}", vectors[2], float(number))
    back.add("bridge", vectors[0], 200.0, Facts(names=frozenset({"lindholm"})))
    [found] = back.nearest(vectors[1], since=150.0)
    assert (found.id, found.time) == ("bridge", 200.0)
    assert found.similarity == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-4)
    assert back.nearest(vectors[1], since=201.0) == []
    assert back.nearest(vectors[1], 150.0, threshold=0.99) == []
    assert back.nearest(vectors[1], 150.0, facts=Facts(names=frozenset({"oster"}))) == []
    assert len(back.nearest(vectors[2], 0.0, count=3)) == 3


def test_what_is_old_or_too_much_is_forgotten(vectors: "Vectors") -> None:
    back = LookBack()
    for number in range(100):
        back.add(str(number), vectors[number % 4], float(-number))
    assert back.prune(before=-49.0) == 50
    assert back.prune(keep=10) == 40
    assert back.prune(keep=10) == 0
    assert [id_ for id_, _ in back] == [str(number) for number in range(10)]
    assert back.nearest(vectors[1], since=-1.0)[0].id == "1"


def test_a_vector_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 256"):
        LookBack().add("a", np.zeros(64, dtype=np.float32), 0.0)


def test_judged_pairs_give_thresholds_by_hand() -> None:
    curve = calibrate([0.9, 0.8, 0.8, 0.7, 0.1], [True, True, False, True, False])
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.7, 0.1]
    assert curve.precision.tolist() == pytest.approx([1, 2 / 3, 3 / 4, 3 / 5])
    assert curve.recall.tolist() == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert curve.average_precision == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert curve.at_precision(0.7) == pytest.approx((0.7, 1.0))
    assert curve.at_precision(1.0) == pytest.approx((0.9, 1 / 3))
    assert curve.at_threshold(0.75) == pytest.approx((2 / 3, 2 / 3))
    assert curve.at_threshold(0.95) == (1.0, 0.0)
    assert calibrate([0.5, 0.4], [False, True]).at_precision(0.9) is None


def test_pairs_nobody_judged_right_are_refused() -> None:
    for scores, same in ([0.5], []), ([0.5], [False]):
        with pytest.raises(ValueError):
            calibrate(scores, same)


def test_pairs_by_chance_give_a_threshold() -> None:
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(500, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    loose, strict = chance_threshold(rows, 0.1), chance_threshold(rows, 1e-3)
    assert 0.1 < loose < strict < 0.6
    assert chance_threshold(rows, 0.1) == loose
    with pytest.raises(ValueError):
        chance_threshold(rows[:1])


def test_a_topic_keeps_its_name(vectors: "Vectors") -> None:
    topics = Topics(threshold=0.5)
    assert topics.assign(vectors[0], "traffic") == "traffic"
    assert topics.assign(vectors[1], "roads") == "traffic"
    assert topics.assign(vectors[2], "space") == "space"
    later = Topics(threshold=0.5)
    later.restore(topics.centroids)
    found = later.nearest(vectors[1])
    assert found is not None
    assert found[0] == "traffic"
    assert Topics().nearest(vectors[0]) is None


def test_the_example_program_groups_the_example_feed() -> None:
    done = subprocess.run(
        [sys.executable, "examples/feed_dedupe.py"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "n3: n3, n2, n1" in lines
    assert any(line.startswith("n13 tells n1 again") for line in lines)
    assert {"n9: n9", "n10: n10"} <= set(lines)
