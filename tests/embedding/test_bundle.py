import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Base, Manifest, Prefixes, Training
from asterisk_search.errors import BundleError

CONTENTS = {bundle.MODEL: b"a graph", bundle.TOKENIZER: b"{}"}
MANIFEST = Manifest(
    name="tiny",
    dim=4,
    max_tokens=8,
    files={},
    base=Base("its-base", "MIT"),
    prefixes=Prefixes(query="query: "),
    training=Training(saw=("stsb",)),
    evaluation={"stsb/dev": {"spearman": 0.5}},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundle.write(tmp_path / "tiny", MANIFEST, CONTENTS)
    return tmp_path / "tiny"


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / bundle.MANIFEST
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def test_what_is_written_is_read(folder: Path) -> None:
    read = bundle.load(folder)
    assert read.read(bundle.MODEL) == b"a graph"
    assert read.manifest.prefixes.query == "query: "
    assert read.manifest.training.saw == ("stsb",)
    assert read.manifest.evaluation["stsb/dev"]["spearman"] == 0.5
    assert read.fingerprint == bundle.sha256((folder / bundle.MANIFEST).read_bytes())


def test_the_same_content_has_the_same_fingerprint(folder: Path, tmp_path: Path) -> None:
    again = bundle.write(tmp_path / "again", MANIFEST, dict(reversed(CONTENTS.items())))
    assert again.fingerprint == bundle.load(folder).fingerprint


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model bundle at") as caught:
        bundle.load(tmp_path / "nowhere")
    assert caught.value.hint
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("name", [bundle.MODEL, bundle.TOKENIZER, bundle.MANIFEST])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=name):
        bundle.load(folder)


@pytest.mark.parametrize("name", [bundle.MODEL, bundle.TOKENIZER])
def test_a_truncated_file_is_noticed_at_once(folder: Path, name: str) -> None:
    (folder / name).write_bytes(CONTENTS[name][:-1])
    with pytest.raises(BundleError, match="bytes instead of"):
        bundle.load(folder)


@pytest.mark.parametrize("name", [bundle.MODEL, bundle.TOKENIZER])
def test_an_altered_file_is_noticed_before_it_is_used(folder: Path, name: str) -> None:
    (folder / name).write_bytes(bytes(len(CONTENTS[name])))
    loaded = bundle.load(folder)
    with pytest.raises(BundleError, match="not the file that its manifest describes"):
        loaded.read(name)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'{"format": 1}'])
def test_a_malformed_manifest(folder: Path, raw: bytes) -> None:
    (folder / bundle.MANIFEST).write_bytes(raw)
    with pytest.raises(BundleError, match="is not a bundle manifest"):
        bundle.load(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dim", 0),
        ("dim", "256"),
        ("max_tokens", -1),
        ("pooling", "cls"),
        ("normalised", False),
        ("files", {}),
        ("files", {"model.onnx": {"sha256": "", "size": 1}, "../x": {"sha256": "", "size": 1}}),
        ("base", None),
    ],
)
def test_impossible_values(folder: Path, key: str, value: object) -> None:
    edit(folder, lambda manifest: manifest.update({key: value}))
    with pytest.raises(BundleError, match="is not a bundle manifest"):
        bundle.load(folder)


@pytest.mark.parametrize("version", [0, 2, "1.0", None])
def test_another_format_version(folder: Path, version: object) -> None:
    edit(folder, lambda manifest: manifest.update(format=version))
    with pytest.raises(BundleError, match="format version") as caught:
        bundle.load(folder)
    assert "version" in caught.value.hint


def test_keys_of_a_later_time_are_ignored(folder: Path) -> None:
    edit(folder, lambda manifest: manifest.update(colour="green"))
    assert bundle.load(folder).manifest.name == "tiny"


def test_an_unexpected_manifest(folder: Path) -> None:
    with pytest.raises(BundleError, match="was altered"):
        bundle.load(folder, expected="0" * 64)


def test_half_a_write_leaves_no_manifest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        bundle.write(folder, MANIFEST, CONTENTS)
    with pytest.raises(BundleError, match=bundle.MANIFEST):
        bundle.load(folder)


def test_reading_a_manifest_loads_no_model_runtime() -> None:
    code = (
        "import sys, asterisk_search.embedding.bundle;"
        "print([name for name in ('numpy', 'onnxruntime', 'tokenizers') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
