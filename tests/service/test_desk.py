"""One library for many threads."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from asterisk_search.answers import Mode, Query
from asterisk_search.config import Settings
from asterisk_search.errors import NothingIndexed, UsageError
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from asterisk_search.service.daemon import serve
from asterisk_search.service.desk import Desk

NOTES = {
    "Raft.md": "A candidate wins when a majority of the servers grant their vote.",
    "Bread.md": "The dough rests overnight in the refrigerator before it is baked.",
    "Frost.md": "Cover the seedlings when the night will be clear and without wind.",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    vault = tmp_path / "vault"
    vault.mkdir()
    for name, text in NOTES.items():
        (vault / name).write_text(text)
    settings = Settings(data_dir=str(tmp_path / "data"))
    library = Library(settings)
    library.register([str(vault)])
    library.update(None, Silent())
    return settings


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    desk = Desk(settings)
    yield desk
    desk.close()


def first(desk: Desk, text: str) -> str:
    return desk.search(Query(text)).results[0].passage.path


def test_many_threads_get_the_answers_that_one_gets(desk: Desk, settings: Settings) -> None:
    questions = ["who wins the election", "baking bread", "protect plants from cold"] * 8
    expected = [first(Desk(settings), question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: first(desk, question), questions)) == expected
    assert set(expected) == set(NOTES)


def test_the_model_is_loaded_once_whoever_asks(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.search(Query("vote")), range(16)))
        models = set(pool.map(lambda _: id(desk.library._open_embedder()), range(16)))
    assert len(models) == 1


def test_what_this_process_indexes_is_found_by_its_meaning_at_once(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    assert first(desk, "baking bread") == "Bread.md"
    (tmp_path / "vault" / "New.md").write_text("The ferry to the islands leaves at dawn.")
    desk.library.update(None, Silent())
    desk.library.catch_up()
    answer = desk.search(Query("when does the boat depart", mode=Mode.SEMANTIC))
    assert answer.results[0].passage.path == "New.md"


def test_catching_up_adds_what_is_new_to_the_vectors_at_hand(desk: Desk, tmp_path: Path) -> None:
    first(desk, "baking bread")
    before = desk.library._vectors
    (tmp_path / "vault" / "New.md").write_text("The ferry to the islands leaves at dawn.")
    desk.library.update(None, Silent())
    desk.library.catch_up()
    assert desk.library._vectors is before and before is not None and len(before) == 4


def test_a_catalog_that_was_made_anew_is_seen(desk: Desk, settings: Settings) -> None:
    assert first(desk, "baking bread") == "Bread.md"
    other = Library(settings)
    other.rebuild()
    assert desk.search(Query("bread")).documents == 0
    other.update(None, Silent())
    assert first(desk, "baking bread") == "Bread.md"


def test_warming_up_without_an_index_says_so_and_harms_nothing(tmp_path: Path) -> None:
    desk = Desk(Settings(data_dir=str(tmp_path / "none")))
    with pytest.raises(NothingIndexed):
        desk.search(Query("anything"))
    assert desk.sources() == []
    desk.close()


def test_reindexing_is_refused_where_nobody_indexes(desk: Desk) -> None:
    with pytest.raises(UsageError, match="nothing is indexed by this process"):
        desk.reindex()


def test_reindexing_is_handed_on_after_the_names_were_checked(desk: Desk) -> None:
    asked: list[object] = []
    desk.on_reindex(asked.append)
    desk.reindex(["vault"])
    with pytest.raises(NothingIndexed):
        desk.reindex(["vualt"])
    desk.reindex()
    assert asked == [["vault"], None]


def test_what_is_told_is_what_is_shown(desk: Desk) -> None:
    desk.tell(phase="embed", done=3)
    desk.tell(done=4)
    assert (desk.standing().phase, desk.standing().done) == ("embed", 4)


def test_a_part_that_breaks_does_not_end_the_others(settings: Settings) -> None:
    stop = threading.Event()
    seen: list[object] = []

    def broken(desk: Desk, *_: object) -> None:
        raise RuntimeError("boom")

    def sound(desk: Desk, _: Settings, until: threading.Event) -> None:
        seen.append(desk.search(Query("vote")).total)
        while not desk.standing().error and not until.wait(0.01):
            pass
        seen.append(desk.standing().error)
        stop.set()

    serve(settings, stop, [broken, sound])
    assert seen[0] and "broke" in str(seen[1])
