"""Which document people mean by what they type."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asterisk_search.errors import NoSuchDocument, UsageError
from asterisk_search.records import SourceSpec
from asterisk_search.search.resolving import nearest, resolve
from asterisk_search.sources.obsidian import ObsidianSource
from asterisk_search.storage.viewing import SqliteViewer
from asterisk_search.views import Place
from tests.catalogs import Workbench
from tests.fakes import FakeEmbedder

NOTES = {
    "Projects/Raft.md": "---\naliases: [consensus]\n---\n# One\n\nfirst\n\n# Two\n\nsecond\n",
    "Projects/Notes/Raft log.md": "entries",
    "Recipes/Soup.md": "leeks",
    "Archive/Soup.md": "old leeks",
    "C# 12.md": "a language",
    "ünïcode.md": "letters",
    "Café crème.md": "cups",
    "Résumé.md": "of a life",
    "Resume.md": "and go on",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resolving") / "My vault"
    for path, text in NOTES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def viewer(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteViewer]:
    path = tmp_path_factory.mktemp("catalog") / "catalog.sqlite3"
    bench = Workbench(path, ObsidianSource("Vault", root), FakeEmbedder())
    bench.update()
    yield SqliteViewer(path)
    bench.close()


@pytest.fixture
def specs(root: Path) -> list[SourceSpec]:
    return [SourceSpec("Vault", "vault", str(root))]


def named(note: str, viewer: SqliteViewer, specs: list[SourceSpec]) -> Place:
    return resolve(note, viewer, specs)


@pytest.mark.parametrize(
    "note",
    ["Vault:Projects/Raft.md", "vault:projects/raft", "Projects/Raft.md", "projects/raft",
     "Raft", "consensus", "Raft.md", "/Projects/Raft.md", "  Raft  "],
)  # fmt: skip
def test_a_note_answers_to_its_id_path_name_and_alias(
    note: str, viewer: SqliteViewer, specs: list[SourceSpec]
) -> None:
    assert named(note, viewer, specs).card.path == "Projects/Raft.md"


def test_a_note_answers_to_its_place_on_the_disk(
    root: Path, viewer: SqliteViewer, specs: list[SourceSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert named(str(root / "Recipes/Soup.md"), viewer, specs).card.path == "Recipes/Soup.md"
    monkeypatch.chdir(root / "Recipes")
    assert named("./Soup.md", viewer, specs).card.path == "Recipes/Soup.md"
    assert named("../Archive/Soup", viewer, specs).card.path == "Archive/Soup.md"


def test_the_end_of_a_path_is_enough_when_one_note_ends_so(
    viewer: SqliteViewer, specs: list[SourceSpec]
) -> None:
    assert named("Notes/Raft log", viewer, specs).card.path == "Projects/Notes/Raft log.md"
    with pytest.raises(NoSuchDocument):
        named("ft log", viewer, specs)


def test_a_number_after_the_id_means_a_passage_and_may_also_end_a_name(
    viewer: SqliteViewer, specs: list[SourceSpec]
) -> None:
    place = named("Vault:Projects/Raft.md#0", viewer, specs)
    assert (place.card.path, place.line) == ("Projects/Raft.md", 4)
    assert named("C# 12", viewer, specs).card.path == "C# 12.md"
    with pytest.raises(NoSuchDocument, match="no passage 99"):
        named("Vault:Projects/Raft.md#99", viewer, specs)


def test_both_spellings_of_a_letter_are_one_name(
    viewer: SqliteViewer, specs: list[SourceSpec]
) -> None:
    assert named("u\u0308ni\u0308code", viewer, specs).card.path == "ünïcode.md"


def test_accents_need_not_be_typed_but_tell_names_apart(
    viewer: SqliteViewer, specs: list[SourceSpec]
) -> None:
    for note in ("café creme", "CAFE CREME.md", "vault:cafe crème"):
        assert named(note, viewer, specs).card.path == "Café crème.md"
    for note in ("Résumé", "RÉSUMÉ", "Vault:résumé.md", "/Résumé.md"):
        assert named(note, viewer, specs).card.path == "Résumé.md"
    for note in ("Resume", "RESUME", "Vault:resume.md", "/Resume.md"):
        assert named(note, viewer, specs).card.path == "Resume.md"
    with pytest.raises(UsageError, match="may mean 2 documents"):
        named("resumé", viewer, specs)


def test_a_name_of_several_notes_is_refused_with_their_ids(
    viewer: SqliteViewer, specs: list[SourceSpec]
) -> None:
    with pytest.raises(UsageError, match="may mean 2 documents") as caught:
        named("Soup", viewer, specs)
    assert "'Vault:Archive/Soup.md', 'Vault:Recipes/Soup.md'" in caught.value.hint


def test_an_unknown_name_is_answered_with_the_nearest(
    viewer: SqliteViewer, specs: list[SourceSpec]
) -> None:
    with pytest.raises(NoSuchDocument) as caught:
        named("Rapht", viewer, specs)
    assert caught.value.hint.startswith("did you mean 'Projects/Raft.md'")
    with pytest.raises(NoSuchDocument, match="no document answers to ''"):
        named("", viewer, specs)


def test_at_most_three_are_suggested() -> None:
    paths = [f"a/note {number}.md" for number in range(20)]
    assert len(nearest("note", paths)) == 3


@given(st.text(max_size=30))
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_text_names_one_note_or_is_refused(
    viewer: SqliteViewer, specs: list[SourceSpec], note: str
) -> None:
    try:
        assert resolve(note, viewer, specs).card.path in NOTES
    except (NoSuchDocument, UsageError) as error:
        assert error.hint
