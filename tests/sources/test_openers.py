"""Which address or command opens a document."""

import json
from pathlib import Path

import pytest

from asterisk_search.errors import UsageError
from asterisk_search.records import Kind
from asterisk_search.sources.openers import opening, usual
from asterisk_search.views import Card, Found, Opening, Place, Where


def card(root: Path, path: str = "Sub/My note.md", *, source: str = "") -> Card:
    properties = (("source", source),) if source else ()
    return Card(
        document=1, source="vault", root=str(root), kind=Kind.NOTE, ref=path.encode(), path=path,
        title="My note", aliases=(), tags=(), properties=properties, warnings=(), date=None,
        modified="", demoted="", digest=b"", size=0,
    )  # fmt: skip


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = tmp_path / "My vault"
    (root / ".obsidian").mkdir(parents=True)
    return root


def test_a_note_of_a_vault_opens_in_obsidian_and_another_in_the_editor(
    vault: Path, tmp_path: Path
) -> None:
    assert usual(Place(card(vault))) is Where.OBSIDIAN
    assert usual(Place(card(tmp_path))) is Where.EDITOR


def test_obsidian_opens_at_the_heading_that_was_found(vault: Path) -> None:
    found = Found(1, "vault", b"Sub/My note.md", 7, "obsidian://open?path=x%23Heading")
    how = opening(Place(card(vault), 7), Where.OBSIDIAN, {}, found)
    assert how == Opening(address="obsidian://open?path=x%23Heading")
    plain = opening(Place(card(vault), 7), Where.OBSIDIAN, {})
    assert plain.address.startswith("obsidian://open?path=%2F")


def test_obsidian_opens_at_the_line_where_a_plug_in_can(vault: Path) -> None:
    plugins = vault / ".obsidian" / "community-plugins.json"
    plugins.write_text(json.dumps(["obsidian-advanced-uri"]))
    how = opening(Place(card(vault), 7), Where.OBSIDIAN, {})
    assert how.address == ("obsidian://adv-uri?vault=My%20vault&filepath=Sub%2FMy%20note.md&line=7")


def test_a_folder_that_is_no_vault_cannot_open_in_obsidian(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Obsidian vault"):
        opening(Place(card(tmp_path)), Where.OBSIDIAN, {})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"EDITOR": "nano"}, ("nano", "+7", "{path}")),
        ({"EDITOR": "nano", "VISUAL": "/usr/bin/code -w"},
         ("/usr/bin/code", "-w", "--goto", "{path}:7")),
        ({"VISUAL": "hx"}, ("hx", "{path}:7")),
        ({"VISUAL": "'my editor' -x"}, ("my editor", "-x", "{path}")),
    ],
)  # fmt: skip
def test_editors_are_told_the_line_in_their_own_way(
    vault: Path, environ: dict[str, str], expected: tuple[str, ...]
) -> None:
    path = str(vault / "Sub" / "My note.md")
    how = opening(Place(card(vault), 7), Where.EDITOR, environ)
    assert how.command == tuple(word.replace("{path}", path) for word in expected)


def test_an_editor_may_be_an_address(vault: Path) -> None:
    environ = {"ASTERISK_SEARCH_EDITOR_URI": "vscode://file{path}:{line}", "EDITOR": "vi"}
    how = opening(Place(card(vault), 7), Where.EDITOR, environ)
    assert how.address == f"vscode://file{vault}/Sub/My%20note.md:7".replace(
        "My vault", "My%20vault"
    )


@pytest.mark.parametrize(
    "environ", [{"ASTERISK_SEARCH_EDITOR_URI": "vi {path}"}, {"VISUAL": "'unclosed"}]
)
def test_an_editor_that_is_none_is_refused(vault: Path, environ: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        opening(Place(card(vault)), Where.EDITOR, environ)


def test_without_an_editor_the_system_chooses(vault: Path) -> None:
    how = opening(Place(card(vault)), Where.EDITOR, {})
    assert how.address == str(vault / "Sub" / "My note.md")


def test_the_folder_and_the_file_can_be_shown(vault: Path) -> None:
    assert opening(Place(card(vault)), Where.FOLDER, {}).locate
    browser = opening(Place(card(vault)), Where.BROWSER, {})
    assert browser.address.startswith("file:///")
    assert browser.address.endswith("/My%20vault/Sub/My%20note.md")


def test_a_clipped_note_knows_where_it_comes_from(vault: Path) -> None:
    place = Place(card(vault, source="https://example.org/a?b=1"))
    assert opening(place, Where.ORIGINAL, {}).address == "https://example.org/a?b=1"
    wayback = opening(place, Where.WAYBACK, {}).address
    assert wayback == "https://web.archive.org/web/2/https://example.org/a?b=1"


@pytest.mark.parametrize("source", ["", "a book", "file:///etc/passwd", "javascript:alert(1)"])
def test_what_is_no_web_address_is_not_opened_as_one(vault: Path, source: str) -> None:
    with pytest.raises(UsageError, match="does not say"):
        opening(Place(card(vault, source=source)), Where.ORIGINAL, {})
