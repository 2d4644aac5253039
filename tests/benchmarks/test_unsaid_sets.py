"""Questions that share no word of content with their answers, made by rule."""

import json
import lzma
from pathlib import Path

from tests.benchmarks.devsets import DevSet
from tests.benchmarks.unsaid import definitions, without_said


def test_what_an_answer_says_is_left_out_of_the_question_whatever_its_ending() -> None:
    asked = DevSet(
        "made",
        {"1": "How do cities collect household rubbish?", "2": "rubbish in a city"},
        {"1": {"d": 1}, "2": {"d": 1}},
    )
    made = without_said(asked, {"d": "The city\nEach city has its waste collected."})
    assert made.queries == {"1": "How do household rubbish?"}
    assert made.grades == {"1": {"d": 1}}


def test_a_definition_asks_for_the_note_of_its_word_without_saying_it(tmp_path: Path) -> None:
    rows = [
        ("golem, robot", "a clumsy being made to serve its master"),
        ("golem", "a golem of clay that serves its master"),
        ("golem", "too short"),
        ("nymph", "a goddess of woods and waters"),
    ]
    with lzma.open(tmp_path / "pairs.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"a": a, "b": b}) + "\n" for a, b in rows)
    made = definitions(tmp_path / "pairs.jsonl.xz", ["Golem.md", "Waters/River.md"])
    assert list(made.queries.values()) == ["a clumsy being made to serve its master"]
    assert list(made.grades.values()) == [{"Golem.md": 1}]
