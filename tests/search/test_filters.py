"""Filters narrow, whichever way they are asked for; a misspelt one says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from asterisk_search.answers import Answer, Filters, Mode, Query
from asterisk_search.config import ModelSettings, Settings
from asterisk_search.errors import AsteriskError, NothingIndexed
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from tests.search.test_language import TEXTS

NOTES = {
    "Work/Raft.md": "---\nstatus: Done\ntags: [consensus/raft]\naliases: [Leader election]\n---\n"
    "A candidate asks for votes; the leader election takes a moment. All servers agree.",
    "Work/Paxos.md": "---\nstatus: in progress\nrating: 4\ntags: [consensus]\n---\n"
    "Proposers and acceptors agree on one value. The election of a leader is optional.",
    "Home/Bread.md": "---\nstatus: done\n---\nFlour, water, salt. All is left to rise. #food",
    "Élan/Café crème.md": "---\nMénage: Müller\ntags: [Résumé/Été]\n---\nOf cups.",
    "Home/2021/Soup.md": "---\ncreated: 2021-05-06\n---\nLeeks, potatoes and salt, simmered. #food",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Words only: filters come before the model."""
    folder = tmp_path_factory.mktemp("filters")
    for path, text in NOTES.items():
        (folder / "vault" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "vault" / path).write_text(text, "utf-8")
    made = Library(
        Settings(data_dir=str(folder / "data"), model=ModelSettings(str(folder / "none")))
    )
    made.register([str(folder / "vault")])
    made.update(None, Silent())
    yield made
    made.close()


def ask(library: Library, text: str, filters: Filters | None = None) -> Answer:
    return library.search(Query(text, filters or Filters(), Mode.KEYWORD))


def found(library: Library, text: str, filters: Filters | None = None) -> set[str]:
    results = ask(library, text, filters).results
    return {Path(result.passage.path).stem for result in results}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"leader election"', {"Raft"}),
        ('election -"leader election"', {"Paxos"}),
        ("salt -leeks", {"Bread"}),
        ("leeks OR flour", {"Bread", "Soup"}),
        ("(leeks OR flour) salt", {"Bread", "Soup"}),
        ('"leader election" OR "acceptors agree"', {"Raft", "Paxos"}),
        ('"leader elections" OR "nobody said this"', {"Raft"}),
        ('"election leader" OR "nobody said this"', set()),
        ('salt "!?" OR "leeks"', {"Soup"}),
        ('salt "!?" OR "?"', {"Bread", "Soup"}),
        ("#consensus OR #food salt", {"Bread", "Soup"}),
        ("#consensus/raft OR title:soup OR [rating:4]", {"Raft", "Soup", "Paxos"}),
        ("path:2021 OR title:bread", {"Bread", "Soup"}),
        ("domain:example.org OR folder:work OR url:x", {"Raft", "Paxos"}),
        ("type:canvas OR #food salt", {"Bread", "Soup"}),
        ("agree [status:done]", {"Raft"}),
        ('[status:"in progress"]', {"Paxos"}),
        ("[status:DONE]", {"Raft", "Bread"}),
        ("-[status:done]", {"Paxos", "Soup", "Café crème"}),
        ("[rating:4]", {"Paxos"}),
        ("#consensus", {"Raft", "Paxos"}),
        ("#consensus -tag:consensus/raft", {"Paxos"}),
        ("title:bre", {"Bread"}),
        ("title:leader", {"Raft"}),
        ("-title:leader #consensus", {"Paxos"}),
        ("title:cafe", {"Café crème"}),
        ("title:CRÈME path:cafe folder:elan [menage:muller] #resume/ete", {"Café crème"}),
        ("[MÉNAGE:MÜLLER] #Résumé", {"Café crème"}),
        ("-#resume cups", set()),
        ("path:2021", {"Soup"}),
        ("salt -path:2021", {"Bread"}),
        ("folder:home", {"Bread", "Soup"}),
        ("-folder:home", {"Raft", "Paxos", "Café crème"}),
        ("before:2022", {"Soup"}),
        ("type:note salt", {"Bread", "Soup"}),
        ("type:page salt", set()),
        ("-type:note", set()),
        ("source:vault salt", {"Bread", "Soup"}),
        ("-source:vault", set()),
        ("domain:example.org", set()),
        ('"!?" salt', {"Bread", "Soup"}),
    ],
)
def test_a_filter_in_the_text_narrows(library: Library, text: str, expected: set[str]) -> None:
    assert found(library, text) == expected


def test_filters_of_the_text_and_beside_it_are_both_obeyed(library: Library) -> None:
    assert found(library, "salt path:2021", Filters(folders=("home",))) == {"Soup"}
    assert found(library, "salt path:2021", Filters(folders=("work",))) == set()


@pytest.mark.parametrize(
    ("text", "name", "nearest"),
    [
        ("#consensos", "#consensos", "consensus"),
        ("folder:hone", "'hone'", "Home"),
        ("#resumee", "#resumee", "Résumé"),
        ("[statsu:done]", "'statsu'", "status"),
        ("type:notes", "'notes'", "note"),
        ("#nothing OR #consensos", "#consensos", "consensus"),
        ("salt -tag:foot", "#foot", "food"),
    ],
)
def test_a_misspelt_filter_is_named_with_its_nearest(
    library: Library, text: str, name: str, nearest: str
) -> None:
    notice = ask(library, text).notices[-1]
    assert name in notice
    assert f"nearest: {nearest}" in notice


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("title:zebra", "no title or alias has 'zebra' in it"),
        ("title:raft title:zebra", "no title or alias has 'zebra' in it"),
        ("salt path:2031", "no path has '2031' in it"),
        ("url:example", "no page's address has 'example' in it"),
        ('"he dances" salt', "nothing says 'he dances', these words in this order"),
        ("[status:dome]", "nothing has the property 'status' with 'dome' in it (nearest: done)"),
        ("title:zebra OR #food leader", "no title or alias has 'zebra' in it"),
        ("title:raft #food", "nothing passes all of these filters at once"),
        ("#consensus before:1999", "nothing is dated before 1999-01-01"),
        ("after:2999", "nothing is dated on or after 2999-01-01"),
        ("type:markdown", "nothing is of the type 'markdown' (there are: folder, note, page)"),
        ("salt xylophone -title:zebra", None),
        ("xylophone path:2021", None),
    ],
)  # fmt: skip
def test_an_answer_without_results_names_what_nothing_passes(
    library: Library, text: str, notice: str | None
) -> None:
    said = [one for one in ask(library, text).notices if "looked for" not in one]
    if notice is None:
        assert said == []
    else:
        assert said == [notice]


def test_what_filters_through_options_let_nothing_pass_is_named_too(library: Library) -> None:
    assert library.documents(Filters(folders=("home",), after="2999-01-01")).notices == (
        "nothing is dated on or after 2999-01-01",
    )


def test_a_misspelt_source_is_refused_with_its_nearest(library: Library) -> None:
    with pytest.raises(NothingIndexed) as refused:
        ask(library, "salt source:valt")
    assert "vault" in refused.value.hint


@given(TEXTS)
@settings(max_examples=120)
def test_any_text_is_answered_or_refused_clearly(library: Library, text: str) -> None:
    try:
        answer = ask(library, text)
    except AsteriskError as error:
        assert error.hint
    else:
        assert all(0 <= result.score <= 1 for result in answer.results)
