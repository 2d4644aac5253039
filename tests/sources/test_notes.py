"""A Markdown file as a document."""

from pathlib import Path

import pytest

from asterisk_search.records import BlockKind, Link, LinkKind
from asterisk_search.sources.ignoring import is_conflict_copy
from tests.sources.vaults import configure, note, read, write


def test_title_and_other_names(tmp_path: Path) -> None:
    content = (
        "---\nAliases:\n  - Lamp\n  -\n  - '[[Old]] light'\ntitle: The lamp\n---\n# A *lamp*\n"
    )
    document = note(tmp_path, content, "Things/Old Lamp.md")
    assert document.title == "Old Lamp"
    assert document.aliases == ("Lamp", "Old light", "The lamp", "A lamp")


@pytest.mark.parametrize(
    ("inside", "aliases"),
    [
        ("aliases: one, two words", ("one", "two words")),
        ("alias: one", ("one",)),
        ("aliases: [a, 'b, c']", ("a", "b, c")),
        ("aliases: [null, ~, '']", ()),
        ("aliases:", ()),
        ("title: note", ()),
    ],
)
def test_aliases(tmp_path: Path, inside: str, aliases: tuple[str, ...]) -> None:
    assert note(tmp_path, f"---\n{inside}\n---\n# NOTE\n").aliases == aliases


@pytest.mark.parametrize(
    ("inside", "tags"),
    [
        ("tags: [work, Home/garden]", ("work", "Home/garden", "Inline")),
        ("tags: work, home errands", ("work", "home", "errands", "Inline")),
        ("tags:\n  - '#work'\n  - Periodic Notes", ("work", "Periodic Notes", "Inline")),
        ("tags: ['#a #b']", ("a", "b", "Inline")),
        ("Tag: one", ("one", "Inline")),
        ("tags: [1984, true, null, inline]", ("true", "inline")),
        ("tags: a: b\ntags2: x", ("a:", "b", "Inline")),
        ("tags:", ("Inline",)),
    ],
)
def test_tags(tmp_path: Path, inside: str, tags: tuple[str, ...]) -> None:
    assert note(tmp_path, f"---\n{inside}\n---\ntext #Inline\n").tags == tags


def test_property_values_are_found_by_keywords_only(tmp_path: Path) -> None:
    document = note(
        tmp_path,
        "---\nauthor: '[[Ann Lee|Ann]]'\ntags: x\ncssclasses: wide\nbanner_y: 2\nuid: 9\n"
        "when: '{{date}}'\nposition: {lat: 1}\nsource: https://e.org/a\n---\nBody.\n",
    )
    assert document.body == "Body.\n\nauthor: Ann\nsource: https://e.org/a"
    assert [(b.kind, b.line, b.end_line) for b in document.blocks] == [
        (BlockKind.PROSE, 11, 11),
        (BlockKind.HIDDEN, 1, 10),
    ]
    assert ("author", "Ann") in document.properties
    assert ("position.lat", "1") in document.properties


@pytest.mark.parametrize(
    ("path", "title", "aliases"),
    [
        ("a.b/X.Excalidraw.md", "X", ("X.Excalidraw",)),
        ("excalidraw.md", "excalidraw", ()),
        ("X.excalidraw notes.md", "X.excalidraw notes", ()),
        ("X.excalidraw.excalidraw.MD", "X.excalidraw", ("X.excalidraw.excalidraw",)),
    ],
)
def test_the_mark_of_a_drawing_is_no_part_of_its_title(
    tmp_path: Path, path: str, title: str, aliases: tuple[str, ...]
) -> None:
    document = note(tmp_path, "words", path)
    assert (document.title, document.aliases) == (title, aliases)


@pytest.mark.parametrize(
    ("inside", "tags", "aliases"),
    [
        ("tags: [inbox, urgent", ("inbox", "urgent"), ()),
        ("tags: [inbox", ("inbox",), ()),
        ('aliases: "foo', (), ("foo",)),
        ("aliases: ['foo, \"bar", (), ("foo", "bar")),
    ],
)
def test_what_is_rescued_has_no_brackets_or_quotes(
    tmp_path: Path, inside: str, tags: tuple[str, ...], aliases: tuple[str, ...]
) -> None:
    document = note(tmp_path, f"---\n{inside}\n---\n")
    assert (document.tags, document.aliases) == (tags, aliases)
    assert document.warnings


def test_links_in_properties(tmp_path: Path) -> None:
    document = note(
        tmp_path, '---\nup: "[[A#B|C]]"\nside: [[D]]\nsource: https://e.org/x\n---\n[[E]]\n'
    )
    assert document.links == (
        Link(LinkKind.WIKILINK, "A", "B", "C", 2),
        Link(LinkKind.WIKILINK, "D", "", "D", 3),
        Link(LinkKind.URL, "https://e.org/x", "", "https://e.org/x", 4),
        Link(LinkKind.WIKILINK, "E", "", "E", 6),
    )


def test_fields_of_the_body_are_properties_too(tmp_path: Path) -> None:
    assert note(tmp_path, "---\nA: 1\n---\nB b:: 2\n").properties == (("a", "1"), ("b-b", "2"))


def test_broken_frontmatter_is_said_and_loses_nothing(tmp_path: Path) -> None:
    document = note(tmp_path, "---\ntitle: One: two\ntags:\n- x\n---\nBody.\n")
    assert document.warnings == (
        "frontmatter_error: mapping values are not allowed in this context on line 2",
    )
    assert (document.aliases, document.tags) == (("One: two",), ("x",))
    assert document.body.startswith("Body.")


def test_a_note_with_properties_only(tmp_path: Path) -> None:
    assert note(tmp_path, "---\na: b\n---").body == "a: b"
    assert note(tmp_path, "---\n---\n").body == ""
    assert note(tmp_path, "").body == ""


@pytest.mark.parametrize(
    ("path", "inside", "date"),
    [
        ("2024-03-01.md", "date: 2024-01-02", "2024-01-02"),
        ("a.md", "Day: 2024-01-02T10:00", "2024-01-02"),
        ("a.md", "created: 2024-01-01\ndate: 2024-01-02", "2024-01-02"),
        ("a.md", "date created: Monday 2024-01-02", "2024-01-02"),
        ("a.md", "published: '[[2024-01-02]]'", "2024-01-02"),
        ("2024-03-01 Walk.md", "date: '{{date}}'", "2024-03-01"),
        ("202403011200 Walk.md", "a: b", "2024-03-01"),
        ("Journal/2024/1 March.md", "a: b", "2024-03-01"),
        ("Other/2024/1 March.md", "a: b", None),
        ("2024-02-31.md", "a: b", None),
        ("2024-03-01/a.md", "a: b", None),
    ],
)
def test_dates(tmp_path: Path, path: str, inside: str, date: str | None) -> None:
    configure(tmp_path, daily_notes={"folder": "/Journal/", "format": "YYYY/D MMMM"})
    assert note(tmp_path, f"---\n{inside}\n---\n", path).date == date


@pytest.mark.parametrize(
    "name",
    [
        "Note (Conflicted copy laptop 202401021530).md",
        "Note.sync-conflict-20240102-153000-ABCDEFG.md",
        "Note (Ann's conflicted copy 2024-01-02).md",
        "Note (conflicted copy 2024-01-02 153000).md",
        "Note (case conflict).md",
        "Note_conflict-20240102-153000.md",
    ],
)
def test_conflict_copies_rank_below(tmp_path: Path, name: str) -> None:
    assert note(tmp_path, "x", f"f/{name}").demoted == "conflict copy"


@pytest.mark.parametrize(
    "name",
    [
        "Conflict.md",
        "On conflict (theory).md",
        "Strikes (conflict at work).md",
        "Conflicted copy.md",
        "Note (1).md",
    ],
)
def test_notes_on_conflicts_do_not(name: str) -> None:
    assert not is_conflict_copy(name)


def test_templates_rank_below(tmp_path: Path) -> None:
    configure(
        tmp_path,
        templates={"folder": "Meta/Templates/"},
        plugins__templater_obsidian__data={"templates_folder": "tp"},
    )
    write(tmp_path, {"meta/templates/a.md": "", "Meta/Templates2/b.md": "", "tp/c.md": ""})
    assert read(tmp_path, "meta/templates/a.md").demoted == "template"
    assert read(tmp_path, "tp/c.md").demoted == "template"
    assert read(tmp_path, "Meta/Templates2/b.md").demoted == ""


def test_drawings(tmp_path: Path) -> None:
    content = (
        "---\nexcalidraw-plugin: parsed\ntags: [excalidraw]\n---\n"
        "==⚠  Switch to EXCALIDRAW VIEW ⚠==\n\n%%\n# Excalidraw Data\n## Text Elements\n"
        "Mill wheel ^a1B2c3D4\n\n## Embedded Files\nabc: [[wheel.png]]\n\n"
        "## Drawing\n```compressed-json\nN4KAkARALgng\n```\n%%\n"
    )
    document = note(tmp_path, content, "Mill.excalidraw.md")
    assert document.body == "Mill wheel"
    assert (document.title, document.aliases) == ("Mill", ("Mill.excalidraw",))
    assert [(link.kind, link.target, link.line) for link in document.links] == [
        (LinkKind.EMBED, "wheel.png", 13)
    ]
    assert document.blocks[0].line == 10


def test_boards(tmp_path: Path) -> None:
    content = (
        "---\nkanban-plugin: board\n---\n\n## To do\n\n- [ ] Saw [[Wood]]\n\n***\n\n## Archive\n\n"
        '- [x] Rope\n\n\n%% kanban:settings\n```\n{"a": 1}\n```\n%%\n'
    )
    document = note(tmp_path, content)
    assert document.body == "To do\n\nSaw Wood\n\nArchive\n\nRope"
    assert [link.target for link in document.links] == ["Wood"]


def test_documents_say_when_the_file_changed(tmp_path: Path) -> None:
    assert note(tmp_path, "x").modified.endswith("Z")
