"""The sentence that a snippet begins with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from asterisk_search.answers import Hit, Mode, Part, Passage, Query
from asterisk_search.protocols import TextRole
from asterisk_search.records import Kind
from asterisk_search.search.fusion import COVERAGE
from asterisk_search.search.results import Group, present
from asterisk_search.search.sentences import REMEMBERED, BestSentence, SentenceVectors
from tests.fakes import FakeClock, FakeEmbedder, UnavailableEmbedder

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

TEXT = (
    "Nothing of interest is said in this first sentence. "
    "A majority of servers grants the vote. "
    "Another sentence speaks of bread and salt and patience."
)


class SlowEmbedder(FakeEmbedder):
    """Texts that are given together take ten milliseconds."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        self.clock.advance(0.01)
        return super().embed(texts, role)


def picker(question: str, model: FakeEmbedder, budget_ms: float = 1e9) -> BestSentence:
    vector = FakeEmbedder().embed([question])[0]
    return BestSentence(vector, model, SentenceVectors(), budget_ms)


def test_the_sentence_nearest_to_the_question_is_chosen() -> None:
    start = picker("majority of servers grants", FakeEmbedder()).start(TEXT)
    assert start is not None
    assert TEXT[start:].startswith("A majority of servers")


def test_nothing_is_chosen_among_one_sentence_or_none() -> None:
    for text in ("", "Just one sentence that is long enough to count.", "A. B. C. D."):
        assert picker("anything", FakeEmbedder()).start(text) is None


def test_when_the_time_is_spent_the_words_have_to_do() -> None:
    clock = FakeClock()
    model = SlowEmbedder(clock)
    pick = BestSentence(FakeEmbedder().embed(["x"])[0], model, SentenceVectors(), 15, clock)
    for _ in range(2):
        assert pick.start(TEXT) is None  # a second step would take it to twenty milliseconds
        assert len(model.embedded) == 2
    later = BestSentence(pick.question, model, pick.vectors, 15, clock)
    assert later.start(TEXT) is not None, "the first two are known by now"


def test_without_the_model_the_words_have_to_do() -> None:
    assert picker("anything", UnavailableEmbedder()).start(TEXT) is None


def test_a_sentence_seen_before_costs_nothing_and_the_memory_is_bounded() -> None:
    model, vectors = FakeEmbedder(), SentenceVectors()
    assert vectors.get("the same", model) is None
    vectors.learn(["the same"], model)
    assert vectors.get("the same", model) is not None
    vectors.learn([f"text {number}" for number in range(REMEMBERED)], model)
    assert vectors.get("the same", model) is None
    assert len(vectors) == REMEMBERED


def shown(begin: int | None, words: str = "votes bread") -> str:
    passage = Passage(
        id=1, document=1, source="v", root="/v", kind=Kind.NOTE, ref=b"n.md", path="n.md",
        title="N", headings=(), line=1, end_line=1, ordinal=0, hidden=False, text=TEXT * 9,
        tags=(), date=None, modified="2024-01-01T00:00:00Z", demoted="",
    )  # fmt: skip
    group = Group(0.5, Hit(1, 0.0, (Part(COVERAGE, 0, 0.1, 0.1),)), passage, 0)
    (result,) = present([group], Query(words, mode=Mode.HYBRID), begin=lambda *_: begin)
    for start, end in result.highlights:
        assert result.snippet[start:end].lower() in ("vote", "bread")
    return result.snippet


def test_a_snippet_begins_where_it_is_told_to_and_marks_the_words() -> None:
    at = TEXT.index("A majority")
    snippet = shown(at)
    assert snippet.startswith("…A majority of servers grants the vote.")
    assert len(snippet) <= 240
    assert shown(0).startswith("Nothing of interest")
    assert "bread" in shown(None)
