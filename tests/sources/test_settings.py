"""A vault's own configuration, whole, missing or half written."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.sources.settings import (
    VaultSettings,
    config_folder,
    parse_json,
    read_json,
    read_settings,
)
from tests.sources.vaults import configure, write


def test_everything_that_is_read(tmp_path: Path) -> None:
    configure(
        tmp_path,
        app={"userIgnoreFilters": ["a/", 1, "", "b"]},
        daily_notes={"folder": "Journal", "format": "DD.MM.YYYY"},
        plugins__periodic_notes__data={"daily": {"format": "", "folder": "P"}},
        templates={"folder": "/T/"},
        community_plugins=["dataview", "obsidian-advanced-uri"],
    )
    settings = read_settings(tmp_path)
    assert settings.ignored == ("a/", "b")
    assert settings.templates == ("T",)
    assert settings.opens_at_lines
    assert [daily.folder for daily in settings.daily] == ["Journal", "P"]
    assert settings.daily[0].date("Journal/02.01.2024.md") == "2024-01-02"
    assert settings.daily[0].date("02.01.2024.md") is None
    assert settings.daily[1].date("P/2024-01-02.md") == "2024-01-02"


def test_no_configuration_is_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == VaultSettings()
    assert read_settings(tmp_path / "none") == VaultSettings()
    (tmp_path / ".obsidian").mkdir()
    assert read_settings(tmp_path) == VaultSettings()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"a"', b"[" * 10**5])
def test_half_written_files_are_ignored(tmp_path: Path, content: bytes) -> None:
    names = ("app", "daily-notes", "templates", "community-plugins")
    write(tmp_path, {f".obsidian/{name}.json": content for name in names})
    assert read_settings(tmp_path) == VaultSettings()


@pytest.mark.parametrize("value", [None, 1, "a", ["a"], {"a": 1}, [{"a": None}]])
def test_values_of_another_type_are_ignored(tmp_path: Path, value: object) -> None:
    configure(
        tmp_path,
        app={"userIgnoreFilters": {"a": value}},
        daily_notes={"folder": [value], "format": [value]},
        plugins__periodic_notes__data={"daily": value},
        plugins__templater_obsidian__data=value,
        templates={"folder": [value]},
    )
    settings = read_settings(tmp_path)
    assert (settings.ignored, settings.templates) == ((), ())
    assert settings.daily[0].date("2024-01-02.md") == "2024-01-02"


def test_the_folder_may_have_another_name(tmp_path: Path) -> None:
    write(tmp_path, {".git/config": "", ".obsidian-phone/app.json": "{}"})
    assert config_folder(tmp_path) == tmp_path / ".obsidian-phone"


def test_brackets_in_json_texts_do_not_count() -> None:
    assert parse_json('["' + "[" * 500 + '\\"["]') == ["[" * 500 + '"[']


def refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("name", ["scandir", "stat"])
def test_a_root_that_may_not_be_looked_at_has_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write(tmp_path, {".obsidian-phone/app.json": "{}"})
    monkeypatch.setattr(os, name, refuse)
    assert config_folder(tmp_path) is None
    assert read_settings(tmp_path) == VaultSettings()


def test_a_loop_of_links_is_no_folder_of_settings(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").symlink_to(".obsidian")
    (tmp_path / ".a").symlink_to(".a")
    assert config_folder(tmp_path) is None
    write(tmp_path, {".b/app.json": "{}"})
    assert config_folder(tmp_path) == tmp_path / ".b"


def test_settings_that_are_no_files_are_ignored(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    for name in ("app", "daily-notes", "templates", "community-plugins"):
        os.mkfifo(tmp_path / ".obsidian" / f"{name}.json")
    assert read_settings(tmp_path) == VaultSettings()


def test_settings_of_any_size_are_not_read(tmp_path: Path) -> None:
    configure(tmp_path, app={"userIgnoreFilters": ["a/"], "x": " " * 4_000_000})
    assert read_settings(tmp_path) == VaultSettings()


def test_a_folder_is_no_json_file(tmp_path: Path) -> None:
    assert read_json(tmp_path) is None


@given(st.text())
def test_any_text_is_json_or_not(text: str) -> None:
    with suppress(ValueError):
        parse_json(text)
