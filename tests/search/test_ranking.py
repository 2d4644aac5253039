"""What ranking owes to whoever relies on it, on real catalogs of a few notes."""

import random
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asterisk_search.answers import Answer, Filters, Mode, Query
from asterisk_search.errors import AsteriskError
from asterisk_search.search.answering import answer
from asterisk_search.search.query import prepared
from asterisk_search.search.semantic import SemanticRetriever, open_index
from asterisk_search.storage.folder import VectorFiles
from tests.catalogs import Workbench
from tests.fake_source import FakeSource
from tests.fakes import FakeEmbedder
from tests.search.test_language import TEXTS

WORDS = "raft paxos leader vote log bread salt flour water river stone lamp garden seed".split()
NOTES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=25).map(" ".join), min_size=2, max_size=7
)
QUESTION = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
TODAY = date(2024, 6, 1)
STRANGER = "zygote quasar nimbus fjord plankton obelisk"


class Catalog:
    """A catalog of texts, made in the order given."""

    def __init__(self, folder: str, texts: Sequence[tuple[str, str]]) -> None:
        source = FakeSource()
        for path, text in texts:
            source.write(path, text)
            source.files[path].mtime_ns = 1_700_000_000 * 10**9
        self.bench = Workbench(Path(folder) / "catalog.sqlite3", source, FakeEmbedder())
        self.bench.update()

    def ask(self, query: Query, opened: dict[tuple[str, bytes], int] | None = None) -> Answer:
        reader, model = self.bench.reader(), FakeEmbedder()

        def semantic() -> SemanticRetriever:
            index = open_index(reader, VectorFiles(Path("/nowhere")), model.dim, 999)
            return SemanticRetriever(reader, model, index)

        return answer(prepared(query, TODAY), reader, semantic, today=TODAY, opened=opened or {})

    def __enter__(self) -> "Catalog":
        return self

    def __exit__(self, *_: object) -> None:
        self.bench.close()


def ranked(texts: Sequence[tuple[str, str]], query: Query) -> list[tuple[str, float]]:
    with tempfile.TemporaryDirectory() as folder, Catalog(folder, texts) as catalog:
        return [(r.passage.path, round(r.score, 6)) for r in catalog.ask(query).results]


def named(notes: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"{number}.md", text) for number, text in enumerate(notes)]


@given(NOTES, QUESTION, st.sampled_from(Mode), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_ranking_does_not_depend_on_the_order_of_insertion(
    notes: list[str], question: str, mode: Mode, chance: random.Random
) -> None:
    texts = named(notes)
    expected = ranked(texts, Query(question, mode=mode))
    chance.shuffle(texts)
    assert ranked(texts, Query(question, mode=mode)) == expected


@given(NOTES, QUESTION, st.sampled_from(Mode))
@example(["raft raft raft"] * 3, "paxos", Mode.HYBRID)
@example(["raft raft raft", "raft raft paxos"], "raft paxos", Mode.KEYWORD)
@example(["raft raft raft"] * 3 + ["raft raft paxos"] * 3, "raft paxos", Mode.KEYWORD)
@settings(max_examples=20)
def test_an_unrelated_note_removes_no_result_that_it_does_not_outrank(
    notes: list[str], question: str, mode: Mode
) -> None:
    before = ranked(named(notes), Query(question, mode=mode))
    after = ranked([*named(notes), ("new.md", STRANGER)], Query(question, mode=mode))
    places = [path for path, _ in after]
    outranked = places.index("new.md") if "new.md" in places else len(places)
    lost = {path for path, _ in before} - set(places)
    assert len(lost) <= max(len(before) - outranked, 0)
    # Something may fall off the end of a list that is full: of a page, or of the closest few.
    assert len(after) >= len(before)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    texts = [("Raft.md", "leader vote log"), ("Bread.md", "salt flour water"), *named(WORDS)]
    return Catalog(str(tmp_path_factory.mktemp("ranking")), texts)


@given(
    TEXTS,
    st.sampled_from(Mode),
    st.builds(
        Filters,
        tags=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        folders=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        after=st.sampled_from([None, "2020-01-01", "2999-01-01"]),
        before=st.sampled_from([None, "2021-01-01"]),
    ),
)
@settings(max_examples=150)
def test_any_text_mode_and_filters_are_answered_or_refused_clearly(
    catalog: Catalog, text: str, mode: Mode, filters: Filters
) -> None:
    try:
        found = catalog.ask(Query(text, filters, mode))
    except AsteriskError as error:
        assert error.hint
        return
    scores = [result.score for result in found.results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def filler(start: str) -> str:
    return start + " and so on, with enough words that the passage is not taken for a heading"


def test_a_name_typed_whole_comes_first_and_a_linked_opened_recent_note_before_its_equal(
    tmp_path: Path,
) -> None:
    texts = [("a.md", filler("salt")), ("b.md", filler("salt")), ("Paxos.md", filler("salt"))]
    with Catalog(str(tmp_path), texts) as catalog:
        assert catalog.ask(Query("paxos")).results[0].passage.path == "Paxos.md"
        first = catalog.ask(Query("salt", mode=Mode.KEYWORD), {("fake", b"b.md"): 4}).results[0]
        assert first.passage.path == "b.md"
        assert "opened" in [part.retriever for part in first.parts]


def test_results_that_say_the_same_are_folded_into_one(tmp_path: Path) -> None:
    same = filler("salt and bread and the garden by the river in the morning")
    texts = [("a.md", same), ("b.md", same + " indeed"), ("c.md", filler("salt of the sea"))]
    with Catalog(str(tmp_path), texts) as catalog:
        results = catalog.ask(Query("salt", mode=Mode.KEYWORD)).results
    found = {r.passage.path: [twin.path for twin in r.duplicates] for r in results}
    assert found in ({"a.md": ["b.md"], "c.md": []}, {"b.md": ["a.md"], "c.md": []})


def test_a_passage_that_recurs_in_many_notes_weighs_less(tmp_path: Path) -> None:
    banner = filler("we use cookies to improve your salt experience on this site")
    texts = [(f"{n}.md", banner) for n in range(5)] + [("own.md", filler("salt cookies at home"))]
    with Catalog(str(tmp_path), texts) as catalog:
        results = catalog.ask(Query("cookies salt", mode=Mode.KEYWORD)).results
    assert results[0].passage.path == "own.md"
    assert "recurring" in [part.retriever for part in results[1].parts]


def test_a_paragraph_that_recurs_in_daily_notes_weighs_less(tmp_path: Path) -> None:
    day = "Today we saw {} by the harbour and talked for long about it.\n\n{}"
    checklist = "Evening checklist: drink enough water and stretch"
    seen = "otters herons gulls seals cormorants terns".split()
    texts = [(f"{bird}.md", day.format(bird, checklist)) for bird in seen]
    texts.append(("own.md", day.format("a doctor", "She says to drink enough water in summer")))
    with Catalog(str(tmp_path), texts) as catalog:
        results = catalog.ask(Query("drink enough water")).results
        entry = catalog.ask(Query("otters by the harbour")).results[0]
    assert results[0].passage.path == "own.md"
    assert "recurring" not in [part.retriever for part in results[0].parts]
    assert all("recurring" in [part.retriever for part in one.parts] for one in results[1:])
    assert entry.passage.path == "otters.md"
    assert "recurring" not in [part.retriever for part in entry.parts]


@pytest.mark.parametrize("mode", list(Mode))
def test_no_more_are_counted_than_can_be_listed(mode: Mode, tmp_path: Path) -> None:
    texts = [(f"{n}.md", filler(f"{word} {n}")) for n, word in enumerate(WORDS)]
    with Catalog(str(tmp_path), texts) as catalog:
        found = catalog.ask(Query("raft", mode=mode, limit=100))
    assert found.total == len(found.results)


@pytest.mark.parametrize(
    ("typed", "meant"), [("consesus", "Consensus.md"), ("graden", "Garden.md")]
)
def test_a_misspelt_word_finds_what_was_meant_and_says_so(
    tmp_path: Path, typed: str, meant: str
) -> None:
    texts = [("Consensus.md", filler("consensus")), ("Garden.md", filler("garden of seeds"))]
    with Catalog(str(tmp_path), texts) as catalog:
        found = catalog.ask(Query(typed, mode=Mode.KEYWORD))
    assert found.results[0].passage.path == meant
    assert typed in found.notices[0]
