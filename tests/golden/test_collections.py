"""Questions to two collections of real size: the right notes come first.

The suite asks of a part of each: all notes that answer something, and every few of the others.
"""

import json
import lzma
import os
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import pytest

from asterisk_search.answers import Mode, Query
from asterisk_search.config import Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from asterisk_search.service.wire import confidence
from tests.benchmarks.measures import ndcg
from tests.conftest import ROOT

HERE = Path(__file__).parent / "collections"
RESULTS = ROOT / "tests" / "benchmarks" / "results" / "golden.json"
COLLECTIONS = ("encyclopedia", "commands")
CATEGORIES = {"keyword", "title", "typo", "conceptual", "question", "filter"}
EVERY = 5
"""Of the notes that answer nothing, one in so many takes part in the suite."""
NONSENSE = {
    "encyclopedia": """
        florbix quanderly zib
        asdfgh qwertz uiop
        jjjjjj kkkkkk
        xqzv wvpt brrk snlp
        lorem ipsum dolor sit amet consectetur
        how do I reset my router password
        kubernetes pod eviction policy
        best pizza near the office tonight
        dentist appointment reminder tuesday
        git rebase onto upstream branch
        invoice number 2231 overdue
        my landlord has not answered
        python list comprehension syntax error
        cheap flights for the weekend
        css flexbox centre a div
    """,
    "commands": """
        florbix quanderly zib
        asdfgh qwertz uiop
        jjjjjj kkkkkk
        xqzv wvpt brrk snlp
        sourdough starter feeding schedule
        who painted the ceiling of the sistine chapel
        symptoms of vitamin deficiency
        the treaty of westphalia
        how long do elephants live
        grandmother's birthday present ideas
        poems about autumn rain
        knee pain after jogging
        tomato seedlings dying on the balcony
        history of the roman senate
        choir rehearsal moved to thursday
    """,
}


@dataclass(frozen=True)
class Question:
    collection: str
    category: str
    text: str
    expected: dict[str, int]


def questions() -> list[Question]:
    rows = tomllib.loads((HERE / "queries.toml").read_text("utf-8"))["query"]
    return [Question(**row) for row in rows]


def notes(collection: str) -> dict[str, str]:
    with lzma.open(HERE / f"{collection}.jsonl.xz", "rt", encoding="utf-8") as file:
        return {row["path"]: row["text"] for row in map(json.loads, file)}


def library(collection: str, folder: Path, every: int) -> Library:
    wanted = {path for question in questions() for path in question.expected}
    for number, (path, text) in enumerate(notes(collection).items()):
        if path in wanted or number % every == 0:
            (folder / "notes" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "notes" / path).write_text(text, "utf-8")
            os.utime(folder / "notes" / path, (1_700_000_000, 1_700_000_000))
    made = Library(Settings(data_dir=str(folder / "data")))
    made.register([str(folder / "notes")])
    made.update(None, Silent())
    return made


def opened(folder: Path, every: int) -> Iterator[dict[str, Library]]:
    made = {name: library(name, folder / name, every) for name in COLLECTIONS}
    yield made
    for one in made.values():
        one.close()


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Library]]:
    yield from opened(tmp_path_factory.mktemp("part"), EVERY)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Library]]:
    yield from opened(tmp_path_factory.mktemp("whole"), 1)


def quality(libraries: dict[str, Library], mode: Mode) -> dict[str, float]:
    """nDCG@5 by category and over all."""
    scores: dict[str, list[float]] = defaultdict(list)
    for question in questions():
        answer = libraries[question.collection].search(Query(question.text, mode=mode))
        grades = [question.expected.get(result.passage.path, 0) for result in answer.results]
        score = ndcg(grades, list(question.expected.values()), 5)
        scores[question.category].append(score)
        scores["all"].append(score)
    return {name: round(mean(values), 4) for name, values in scores.items()}


def test_every_question_is_well_formed() -> None:
    asked = questions()
    assert len(asked) >= 60
    counts = Counter(question.category for question in asked)
    assert set(counts) == CATEGORIES
    assert min(counts.values()) >= 10
    assert max(Counter((one.collection, one.text) for one in asked).values()) == 1
    for collection in COLLECTIONS:
        there = notes(collection)
        for question in asked:
            if question.collection == collection:
                assert set(question.expected) <= set(there), question.text
                assert set(question.expected.values()) <= {1, 2, 3}


def test_the_right_notes_come_first(part: dict[str, Library]) -> None:
    found = quality(part, Mode.HYBRID)
    assert found["all"] >= 0.80
    assert found["conceptual"] >= 0.60


def test_nonsense_and_what_the_notes_are_not_about_score_low(part: dict[str, Library]) -> None:
    low = total = 0
    for collection, text in NONSENSE.items():
        for line in filter(None, map(str.strip, text.splitlines())):
            results = part[collection].search(Query(line)).results
            total += 1
            low += not results or confidence(results[0].score) == "low"
            assert not results or confidence(results[0].score) != "high", line
    assert total >= 30
    assert low >= 0.8 * total


@pytest.mark.parametrize("mode", list(Mode))
def test_results_are_in_the_order_of_their_scores(part: dict[str, Library], mode: Mode) -> None:
    for question in questions()[::7]:
        results = part[question.collection].search(Query(question.text, mode=mode)).results
        scores = [result.score for result in results]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.benchmark
def test_the_whole_collections(whole: dict[str, Library]) -> None:
    found = {mode.value: quality(whole, mode) for mode in Mode}
    figures = {
        f"golden {category}, {mode}, nDCG@5": value
        for mode, by_category in found.items()
        for category, value in sorted(by_category.items())
    }
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    assert found["hybrid"]["all"] >= 0.80
