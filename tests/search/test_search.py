"""Searching a catalog: modes, filters, titles, grouping, and what happens when a part is out."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from asterisk_search.answers import Answer, Filters, Mode, Query
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.indexing.repair import GraphFile, refresh
from asterisk_search.search.answering import answer
from asterisk_search.search.query import cleaned
from asterisk_search.search.semantic import SemanticRetriever, WarmIndex, open_index
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.rescoring import Rescored
from tests.catalogs import Workbench
from tests.fake_source import FakeSource
from tests.fakes import FakeEmbedder, UnavailableEmbedder

LONG = "It goes on for a while, so that the passage is more than a heading and a word or two. "
NOTES = {
    "Projects/Raft.md": f"A candidate wins an election by majority of votes. {LONG}#consensus/raft",
    "Projects/Paxos.md": f"Proposers and acceptors agree on one value. {LONG} #consensus",
    "Recipes/Bread.md": f"Flour, water, salt and a night of patience. {LONG} #cooking",
    "Recipes/Soup.md": f"Leeks, potatoes and salt, simmered. {LONG} #cooking",
    "100% done_list.md": f"Everything with an underscore or a percent sign. {LONG}",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    made = Workbench(
        tmp_path_factory.mktemp("search") / "catalog.sqlite3", FakeSource(), FakeEmbedder()
    )
    assert isinstance(made.source, FakeSource)
    for path, text in NOTES.items():
        made.source.write(path, text)
    made.update()
    yield made
    made.close()


@pytest.fixture(scope="module")
def reader(bench: Workbench) -> Iterator[SqliteReader]:
    opened = bench.reader()
    yield opened
    opened.close()


def ask(reader: SqliteReader, query: Query, embedder: FakeEmbedder | None = None) -> Answer:
    model = embedder or FakeEmbedder()

    def semantic() -> SemanticRetriever:
        index = open_index(reader, VectorFiles(Path("/nowhere")), model.dim, 999)
        return SemanticRetriever(reader, model, index)

    return answer(cleaned(query), reader, semantic)


def paths(found: Answer) -> list[str]:
    return [result.passage.path for result in found.results]


@pytest.mark.parametrize("filters", [Filters(), Filters(folders=("Projects",))])
def test_what_is_looked_up_aside_is_what_the_index_finds(
    reader: SqliteReader, filters: Filters
) -> None:
    model = FakeEmbedder()
    index = open_index(reader, VectorFiles(Path("/nowhere")), model.dim, 999)
    among = np.array(reader.matching(filters), dtype=np.int64)
    for either in (index, Rescored(index, reader)):
        begun = SemanticRetriever(reader, model, either).begin(Query("votes", filters), 3)
        vector, near = begun()
        assert np.array_equal(vector, model.embed(["votes"], "query")[0])
        assert near == either.nearest(vector, 3, among=among)
        assert near


def test_any_number_of_passages_can_be_asked_for_at_once(reader: SqliteReader) -> None:
    every = [*range(1, 40_000)]
    assert set(reader.owners(every)) == set(reader.hydrate(every)) >= set(reader.vector_ids())
    assert (reader.owners([]), reader.hydrate([]), reader.leading([])) == ({}, {}, [])


@pytest.mark.parametrize("mode", list(Mode))
def test_the_right_note_comes_first_in_every_mode(reader: SqliteReader, mode: Mode) -> None:
    found = ask(reader, Query("majority of votes in an election", mode=mode))
    assert paths(found)[0] == "Projects/Raft.md"
    assert found.mode is mode
    assert not found.degraded


def test_typing_a_notes_name_finds_that_note(reader: SqliteReader) -> None:
    assert paths(ask(reader, Query("paxos")))[0] == "Projects/Paxos.md"
    assert paths(ask(reader, Query("Brea", mode=Mode.KEYWORD)))[0] == "Recipes/Bread.md"


def test_filters_narrow_before_ranking(reader: SqliteReader) -> None:
    """The best match of all does not crowd out what the filter asks for."""
    found = ask(reader, Query("majority election votes", Filters(folders=("recipes",)), limit=1))
    assert paths(found)[0].startswith("Recipes/")


def test_a_tag_matches_its_nested_tags(reader: SqliteReader) -> None:
    found = ask(reader, Query("", Filters(tags=("consensus",))))
    assert set(paths(found)) == {"Projects/Raft.md", "Projects/Paxos.md"}
    found = ask(reader, Query("", Filters(tags=("#Consensus/Raft",))))
    assert paths(found) == ["Projects/Raft.md"]


def test_percent_and_underscore_are_ordinary_characters(reader: SqliteReader) -> None:
    assert paths(ask(reader, Query("", Filters(folders=("Re_ipes",))))) == []
    assert paths(ask(reader, Query("", Filters(folders=("%",))))) == []
    assert paths(ask(reader, Query("100% done_list")))[0] == "100% done_list.md"


def test_dates_narrow(reader: SqliteReader) -> None:
    assert paths(ask(reader, Query("", Filters(after="2999-01-01")))) == []
    assert len(paths(ask(reader, Query("", Filters(before="2999-01-01"))))) == len(NOTES)


def test_an_unknown_tag_or_folder_is_named_with_its_nearest(reader: SqliteReader) -> None:
    found = ask(reader, Query("salt", Filters(tags=("cookin",), folders=("Recipe",))))
    assert found.results == ()
    assert any("#cookin" in notice and "cooking" in notice for notice in found.notices)
    assert any("'Recipe'" in notice and "Recipes" in notice for notice in found.notices)


def test_without_the_model_the_words_answer_and_say_so(reader: SqliteReader) -> None:
    found = ask(reader, Query("majority votes"), UnavailableEmbedder())
    assert paths(found) == ["Projects/Raft.md"]
    assert (found.mode, found.degraded) == (Mode.KEYWORD, True)
    assert found.degraded_reason == "the model is not available"


def test_meaning_alone_cannot_be_replaced(reader: SqliteReader) -> None:
    with pytest.raises(EmbedderUnavailable):
        ask(reader, Query("majority", mode=Mode.SEMANTIC), UnavailableEmbedder())


def test_keyword_mode_never_opens_the_model(reader: SqliteReader) -> None:
    def semantic() -> SemanticRetriever:
        raise AssertionError("the model was opened")

    found = answer(Query("majority", mode=Mode.KEYWORD), reader, semantic)
    assert paths(found) == ["Projects/Raft.md"]


def test_a_note_appears_once_with_its_best_passage(tmp_path: Path) -> None:
    source = FakeSource()
    bench = Workbench(tmp_path / "catalog.sqlite3", source, FakeEmbedder())
    filler = " ".join(f"filler{n}" for n in range(55))
    source.write("Long.md", f"{filler} beginning\n\n{filler} raft middle raft\n\n{filler} end raft")
    bench.update()
    reader = bench.reader()
    found = ask(reader, Query("raft", mode=Mode.KEYWORD))
    assert len(found.results) == 1
    assert found.results[0].others >= 1
    assert "raft middle raft" in found.results[0].passage.text
    reader.close()
    bench.close()


ODD = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from("\"'*()^:{}-+~\\/#%_&|<>\0\ud800 aé字😀"), max_size=30),
)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(text=ODD, mode=st.sampled_from(list(Mode)), tag=st.none() | ODD, folder=st.none() | ODD)
@example(text='"', mode=Mode.HYBRID, tag=None, folder=None)
@example(text="NEAR(", mode=Mode.HYBRID, tag="", folder="/")
@example(text="\udcff\udcfe", mode=Mode.HYBRID, tag="\udcff", folder="\udcff")
def test_no_query_however_odd_raises(
    reader: SqliteReader, text: str, mode: Mode, tag: str | None, folder: str | None
) -> None:
    filters = Filters(tags=(tag,) if tag else (), folders=(folder,) if folder else ())
    found = ask(reader, Query(text, filters, mode))
    for result in found.results:
        assert 0 <= result.score <= 1
        for start, end in result.highlights:
            assert 0 <= start < end <= len(result.snippet)


def test_results_do_not_depend_on_the_order_of_insertion(tmp_path: Path) -> None:
    answers = []
    for number, order in enumerate((list(NOTES), list(reversed(NOTES)))):
        source = FakeSource()
        bench = Workbench(tmp_path / f"{number}.sqlite3", source, FakeEmbedder())
        for path in order:
            source.write(path, NOTES[path])
        bench.update()
        reader = bench.reader()
        found = ask(reader, Query("salt and patience with water"))
        answers.append([(result.passage.path, result.score) for result in found.results])
        reader.close()
        bench.close()
    assert answers[0] == answers[1]


def test_a_list_without_words_is_newest_first(tmp_path: Path) -> None:
    source = FakeSource()
    bench = Workbench(tmp_path / "catalog.sqlite3", source, FakeEmbedder())
    for number in range(5):
        source.write(f"{number}.md", "short" if number % 2 else LONG)
        source.files[f"{number}.md"].mtime_ns = (1_600_000_000 + number * 86_400) * 10**9
    bench.update()
    found = ask(bench.reader(), Query("", Filters(before="2999-01-01"), limit=3))
    assert paths(found) == ["4.md", "3.md", "2.md"]
    assert found.total == 5
    bench.close()


def test_the_graph_of_another_catalog_is_not_believed(tmp_path: Path) -> None:
    """Ids begin again in a new catalog; an old graph would give them other texts' vectors."""
    files, found = VectorFiles(tmp_path), []
    for texts in (["cats purr", "cats sleep"], ["bread rises", "ships sail"]):
        source = FakeSource()
        bench = Workbench(tmp_path / "catalog.sqlite3", source, FakeEmbedder())
        for number, text in enumerate(texts):
            source.write(f"{text}.md", f"{text} {number}")
        bench.update()
        reader = bench.reader()
        refresh(reader, bench.writer, GraphFile(files, bench.embedder.dim, 0, 1))
        index = open_index(reader, files, bench.embedder.dim, 0)
        nearest = index.nearest(bench.embedder.embed([f"{texts[0]}\n{texts[0]} 0"])[0], 1)
        found.append(reader.hydrate([nearest[0].id])[nearest[0].id].title)
        bench.close()
        for path in tmp_path.glob("catalog*"):
            path.unlink()
    assert found == ["cats purr", "bread rises"]


def test_a_kept_index_follows_the_catalog(tmp_path: Path) -> None:
    source, warm, files = FakeSource(), WarmIndex(), VectorFiles(tmp_path)
    bench = Workbench(tmp_path / "catalog.sqlite3", source, FakeEmbedder())
    reader = bench.reader()
    for number in range(4):
        source.write(f"{number}.md", f"text {number}")
        source.files.pop(f"{number - 2}.md", None)
        bench.update()
        index = warm.shown(reader, files, bench.embedder.dim, 999)
        assert index.ids().tolist() == list(reader.vector_ids())
        assert warm.shown(reader, files, bench.embedder.dim, 999) is index
    bench.writer.adopt("another space")
    bench.writer.settle(force=True)
    assert len(warm.shown(reader, files, bench.embedder.dim, 999)) == 0
    bench.close()


def test_searching_while_the_catalog_changes(tmp_path: Path) -> None:
    """Each answer is of one moment: no arithmetic over two states, no half of a note."""
    source = FakeSource()
    bench = Workbench(tmp_path / "catalog.sqlite3", source, FakeEmbedder())
    source.write("a.md", "whales sing")
    bench.update()
    done, problems = threading.Event(), []

    def ask_on() -> None:
        reader = bench.reader()
        while not done.is_set():
            try:
                with reader.snapshot():
                    ask(reader, Query("whales sing under water"))
            except Exception as error:
                problems.append(error)
                return

    asking = threading.Thread(target=ask_on)
    asking.start()
    for round_ in range(60):
        for number in range(round_ % 7):
            source.write(f"{number}.md", f"whales sing {round_} " * (number + 1))
        bench.update()
        source.files = {"a.md": source.files["a.md"]}
        bench.update()
    done.set()
    asking.join()
    bench.close()
    assert problems == []
