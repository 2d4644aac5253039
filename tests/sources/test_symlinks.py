"""Symbolic links: which are followed, and what becomes of those that lead nowhere."""

import os
from pathlib import Path

from asterisk_search.indexing.plan import TRANSIENT
from asterisk_search.records import Skip, SkipReason
from asterisk_search.sources.obsidian import ObsidianSource
from tests.sources.vaults import scan, write


def test_links_to_folders_outside_are_followed_once(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault", {"a.md": ""})
    outside = write(tmp_path / "outside", {"b.md": "", "deep/c.md": ""})
    (vault / "x").symlink_to(outside)
    (vault / "y").symlink_to(outside)
    (vault / "z").symlink_to(outside / "deep")
    (outside / "deep" / "back").symlink_to(vault)
    (outside / "deep" / "again").symlink_to(outside)
    assert scan(vault) == (
        {"a.md", "x/b.md", "x/deep/c.md"},
        {
            "y": SkipReason.SYMLINK,
            "z": SkipReason.SYMLINK,
            "x/deep/back": SkipReason.SYMLINK,
            "x/deep/again": SkipReason.SYMLINK,
        },
    )


def test_links_within_the_folder_or_to_a_parent_are_not_followed(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault", {"a/b.md": ""})
    (vault / "inside").symlink_to(vault / "a")
    (vault / "a" / "loop").symlink_to(vault)
    (vault / "parent").symlink_to(tmp_path)
    (vault / "top").symlink_to("/")
    found, skips = scan(vault)
    assert found == {"a/b.md"}
    assert set(skips) == {"inside", "a/loop", "parent", "top"}


def test_links_to_files(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault", {"a.md": "a"})
    write(tmp_path, {"elsewhere.md": "words"})
    (vault / "b.md").symlink_to(tmp_path / "elsewhere.md")
    (vault / "same.md").symlink_to("a.md")
    (vault / "broken.md").symlink_to(tmp_path / "nowhere.md")
    (vault / "self.md").symlink_to("self.md")
    (vault / "null.md").symlink_to("/dev/null")
    (vault / "broken.png").symlink_to("nowhere.png")
    found, skips = scan(vault)
    assert found == {"a.md", "b.md"}
    assert skips == {
        "same.md": SkipReason.SYMLINK,
        "broken.md": SkipReason.SYMLINK,
        "self.md": SkipReason.SYMLINK,
        "null.md": SkipReason.SYMLINK,
        "broken.png": SkipReason.UNREADABLE,
    }


def test_links_to_files_that_are_no_notes_are_not_read(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault", {"a.md": "a"})
    write(tmp_path, {"passwd": "secret", "id.pem": "secret", "B.MD": "words", "c.canvas": "{}"})
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "hop.md").symlink_to("passwd")
    targets = ("passwd", "id.pem", "hop.md", "pipe.md", "B.MD", "c.canvas")
    for number, target in enumerate(targets):
        (vault / f"{number}.md").symlink_to(tmp_path / target)
    found, skips = scan(vault)
    assert found == {"a.md", "4.md", "5.md"}
    assert skips == {f"{number}.md": SkipReason.SYMLINK for number in range(4)}
    details = {item.detail for item in ObsidianSource("v", vault).scan() if isinstance(item, Skip)}
    assert details == {"leads to something that is no note"}


def test_links_to_a_disk_that_is_not_mounted_keep_what_was_indexed(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault", {"a.md": "a"})
    disk = write(tmp_path / "disk", {"b.md": "b", "c/d.md": "d"})
    (vault / "whole").symlink_to(disk)
    (vault / "part v1.2").symlink_to(disk / "c")
    (vault / "left out").symlink_to(disk / "c")
    (vault / "picture.png").symlink_to(write(tmp_path, {"picture.png": ""}) / "picture.png")
    assert scan(vault, exclude=["left*"])[0] == {"a.md", "part v1.2/d.md", "whole/b.md"}
    assert "picture.png" not in scan(vault)[1]
    for path in ("b.md", "c/d.md"):
        (disk / path).unlink()
    (disk / "c").rmdir()
    assert scan(vault, exclude=["left*"]) == (
        {"a.md"},
        {"whole": SkipReason.UNREADABLE, "part v1.2": SkipReason.UNREADABLE},
    )
    assert {SkipReason.UNREADABLE} <= TRANSIENT
    disk.rmdir()
    assert set(scan(vault)[1]) == {"whole", "part v1.2", "left out"}
    details = [item.detail for item in ObsidianSource("v", vault).scan() if isinstance(item, Skip)]
    assert details == ["leads nowhere; is the disk mounted?"] * 3


def test_the_root_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", {"a.md": "", "b/c.md": ""})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "b" / "up").symlink_to(tmp_path / "real")
    assert scan(tmp_path / "link")[0] == {"a.md", "b/c.md"}
