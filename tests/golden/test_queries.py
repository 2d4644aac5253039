"""The golden questions are about notes that exist."""

import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
VAULT = ROOT / "examples" / "vault"
CATEGORIES = {"keyword", "title", "typo", "conceptual", "question", "filter"}
KEYS = {"text", "category", "expected", "tags", "folders", "after", "before"}


def test_every_question_is_well_formed_and_answered_by_notes_of_the_vault() -> None:
    queries = tomllib.loads((ROOT / "tests/golden/queries.toml").read_text("utf-8"))["query"]
    assert {query["category"] for query in queries} == CATEGORIES
    assert max(Counter(query["text"] for query in queries).values()) == 1
    for query in queries:
        assert set(query) <= KEYS
        assert query["expected"], query["text"]
        missing = [path for path in query["expected"] if not (VAULT / path).is_file()]
        assert not missing, query["text"]
