"""A vault as a source."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from asterisk_search.errors import SourceError
from asterisk_search.protocols import Source
from asterisk_search.records import Entry, Skip
from asterisk_search.sources.obsidian import ObsidianSource, detect
from tests.conformance.source import SourceConformance
from tests.sources.vaults import configure, write


class TestObsidianSource(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        root = tmp_path / "vault"
        write(
            root,
            {
                "Note.md": "# One\n\ntext [[Two]]\n",
                "Folder/Two.md": "---\ntags: a\n---\n\n- x\n- y\n",
                "Empty.md": "",
                "Plan.canvas": '{"nodes": [{"type": "text", "text": "card"}]}',
                "Books.base": "views:\n- name: All\n",
                "broken.canvas": "{",
                "picture.md": b"\0" * 100,
                "café (Conflicted copy x 202401021530).md": b"caf\xe9",
            },
        )
        os.mkfifo(root / "pipe.md")
        return ObsidianSource("vault", root)

    @pytest.fixture
    def change(self, source: Source) -> Callable[[], bytes]:
        def run() -> bytes:
            (source.root / "Note.md").write_text("# Other\n\nwords that are longer now\n")
            return b"Note.md"

        return run

    @pytest.fixture
    def remove_root(self, source: Source) -> Callable[[], None]:
        return lambda: shutil.rmtree(source.root)


def test_settings_are_read_anew_at_each_scan(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "", "b/c.md": ""})
    source = ObsidianSource("v", tmp_path)
    assert len(list(source.scan())) == 2
    configure(tmp_path, app={"userIgnoreFilters": ["b/"]}, community_plugins=["dataview"])
    assert len(list(source.scan())) == 1
    assert source.settings.plugins == {"dataview"}
    assert (source.name, source.root) == ("v", tmp_path)


def test_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "x", "b/c.md": "y"})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    source = ObsidianSource("v", tmp_path)
    for entry in source.scan():
        assert isinstance(entry, Entry)
        source.read(entry)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_pattern_that_is_none_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": ""})
    with pytest.raises(SourceError, match="not a pattern"):
        ObsidianSource("v", tmp_path, ["!"]).scan()


def test_a_read_needs_no_scan(tmp_path: Path) -> None:
    configure(write(tmp_path, {"T/a.md": "x"}), templates={"folder": "T"})
    (entry,) = ObsidianSource("v", tmp_path).scan()
    assert not isinstance(entry, Skip)
    document = ObsidianSource("v", tmp_path).read(entry)
    assert document is not None
    assert document.demoted == "template"


def test_what_is_left_out_exists_all_the_same(tmp_path: Path) -> None:
    source = ObsidianSource("v", write(tmp_path, {"a.md": "", "b.md": ""}), ["b.md"])
    (tmp_path / "link.md").symlink_to("nowhere.md")
    assert [item.ref for item in source.scan() if isinstance(item, Entry)] == [b"a.md"]
    assert source.exists(b"b.md")
    assert source.exists(b"link.md")
    assert not source.exists(b"c.md")
    assert not source.exists(b"a.md/d.md")


def test_a_root_that_may_not_be_looked_at_is_an_error_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    source = ObsidianSource("v", write(tmp_path, {"a.md": ""}))
    usual = source.version
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", refuse)
        patch.setattr(os, "scandir", refuse)
        other = ObsidianSource("v", tmp_path)
        assert other.version == usual
        assert not other.settings.opens_at_lines
        with pytest.raises(SourceError, match="Permission denied"):
            other.scan()
        with pytest.raises(SourceError, match="Permission denied"):
            detect(tmp_path)


def test_a_root_that_is_a_loop_of_links_is_an_error_of_the_source(tmp_path: Path) -> None:
    root = tmp_path / "loop"
    root.symlink_to(root)
    source = ObsidianSource("v", root)
    assert source.version
    with pytest.raises(SourceError):
        source.scan()
    with pytest.raises(SourceError):
        detect(root)


def test_folders_are_told_apart(tmp_path: Path) -> None:
    assert detect(tmp_path / "none") is None
    assert detect(write(tmp_path / "text", {"a.txt": ""})) is None
    assert detect(write(tmp_path / "wide", {f"{n}/a.txt": "" for n in range(300)})) is None
    assert detect(write(tmp_path / "deep", {"a/b/c.md": ""})) == "folder"
    assert detect(write(tmp_path / "vault", {".obsidian/app.json": ""})) == "vault"
    assert detect(write(tmp_path / "other", {".notes/workspace.json": ""})) == "vault"
