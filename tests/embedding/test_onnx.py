import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from asterisk_search.embedding import bundle, onnx
from asterisk_search.embedding.bundle import Bundle, Prefixes
from asterisk_search.embedding.load import BUNDLED, load_embedder
from asterisk_search.embedding.onnx import OnnxEmbedder
from asterisk_search.errors import BundleError, EmbedderUnavailable


@pytest.fixture
def embedder() -> Iterator[OnnxEmbedder]:
    with load_embedder() as embedder:
        yield embedder


def rebuilt(folder: Path, **contents: bytes) -> Bundle:
    """The bundled bundle with other files under sound hashes."""
    original = bundle.load(BUNDLED)
    model = contents.get("model", original.read(bundle.MODEL))
    tokenizer = contents.get("tokenizer", original.read(bundle.TOKENIZER))
    files = {bundle.MODEL: model, bundle.TOKENIZER: tokenizer}
    return bundle.write(folder, original.manifest, files)


def test_counting_needs_no_session(embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx, "open_session", pytest.fail)
    assert embedder.count_tokens("semantic search of my own notes") == 6
    assert embedder.embed([]).shape == (0, 256)


def test_the_session_opens_once_for_many_threads(
    embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = onnx.open_session

    def counted(source: Bundle) -> object:
        opened.append(source)
        return real(source)

    monkeypatch.setattr(onnx, "open_session", counted)
    threads = [threading.Thread(target=embedder.embed, args=(["a text"],)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1


def test_any_number_of_threads_gives_the_same_bits() -> None:
    texts = [f"note number {number} about {'very ' * number}old boats" for number in range(24)]
    with load_embedder(threads=1) as one, load_embedder(threads=4) as four:
        assert (one.embed(texts) == four.embed(texts)).all()


def test_a_question_finds_its_answer(embedder: OnnxEmbedder) -> None:
    passages = (
        "Prise the tyre off the rim, find the hole in the tube, roughen it and glue a patch on.",
        "Knead the dough for ten minutes and let it rise under a cloth until it has doubled.",
        "The lease ends in March; give notice in writing three months before.",
        "Boil the pasta in salted water and keep a cup of it for the sauce.",
    )
    questions = ("how do I repair a puncture", "bread recipe", "when can I end the lease")
    cosines = embedder.embed(questions, "query") @ embedder.embed(passages).T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_prefix_depends_on_the_role(tmp_path: Path) -> None:
    original = rebuilt(tmp_path / "copy")
    manifest = replace(original.manifest, prefixes=Prefixes(query="bread ", passage="tax "))
    with OnnxEmbedder(replace(original, manifest=manifest)) as prefixed, load_embedder() as plain:
        assert (prefixed.embed(["law"], "query") == plain.embed(["bread law"])).all()
        assert (prefixed.embed(["law"]) == plain.embed(["tax law"])).all()


def test_a_text_of_megabytes_takes_no_longer_than_a_page(embedder: OnnxEmbedder) -> None:
    (long,) = embedder.embed(["word " * 1_000_000])
    (short,) = embedder.embed(["word " * 300])
    assert (long == short).all()


def test_an_altered_model_never_reaches_the_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(BUNDLED, tmp_path / "copy")
    path = tmp_path / "copy" / bundle.MODEL
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    monkeypatch.setattr(onnxruntime, "InferenceSession", pytest.fail)
    with load_embedder(tmp_path / "copy") as embedder:
        assert embedder.count_tokens("bread") == 1
        with pytest.raises(BundleError, match=r"model\.onnx is not the file"):
            embedder.embed(["bread"])


def test_a_graph_that_is_none(tmp_path: Path) -> None:
    broken = OnnxEmbedder(rebuilt(tmp_path / "copy", model=b"not a graph"))
    with broken, pytest.raises(BundleError, match="cannot be used"):
        broken.embed(["bread"])


def test_a_tokenizer_that_is_none(tmp_path: Path) -> None:
    broken = OnnxEmbedder(rebuilt(tmp_path / "copy", tokenizer=b"{}"))
    with broken, pytest.raises(BundleError, match="cannot be used"):
        broken.count_tokens("bread")


def test_a_graph_of_another_dimension(tmp_path: Path) -> None:
    original = rebuilt(tmp_path / "copy")
    other = OnnxEmbedder(replace(original, manifest=replace(original.manifest, dim=128)))
    with other, pytest.raises(BundleError, match="gives 256 numbers, not 128"):
        other.embed(["bread"])


class BrokenSession:
    """A runtime that fails, or gives what is no number."""

    def __init__(self, outputs: list[object] | None) -> None:
        self.outputs = outputs

    def run(self, names: object, feed: object) -> list[object]:
        if self.outputs is None:
            raise RuntimeError("bad allocation")
        return self.outputs


def test_a_failing_runtime_is_unavailable(
    embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx, "open_session", lambda _: BrokenSession(None))
    with pytest.raises(EmbedderUnavailable, match="the model failed: bad allocation"):
        embedder.embed(["bread", "butter"])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_unavailable(
    embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    outputs: list[object] = [np.full((1, 256), value, dtype=np.float32)]
    monkeypatch.setattr(onnx, "open_session", lambda _: BrokenSession(outputs))
    with pytest.raises(EmbedderUnavailable, match="not finite"):
        embedder.embed(["bread"])


def test_a_closed_embedder_refuses() -> None:
    embedder = load_embedder(threads=2)
    embedder.embed(["one", "two"])
    embedder.close()
    embedder.close()
    with pytest.raises(EmbedderUnavailable, match="closed"):
        embedder.embed(["three"])
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("embed")]


def test_nothing_is_printed_even_by_a_forked_child() -> None:
    code = (
        "import os\n"
        "from asterisk_search.embedding.load import load_embedder\n"
        "with load_embedder() as embedder:\n"
        "    embedder.embed(['one', 'two'])\n"
        "    child = os.fork()\n"
        "    embedder.count_tokens('three')\n"
        "    if not child: os._exit(0)  # the runtime cannot be torn down in a forked child\n"
        "    os.waitpid(child, 0)\n"
    )
    done = subprocess.run(
        # From Python 3.12 on forking beside threads is itself worth a warning.
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")
