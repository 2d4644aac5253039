"""Small documents to cut into chunks."""

from asterisk_search.records import BlockKind, Chunk
from asterisk_search.text.chunking import Budget, chunk_document
from tests.fakes import WordCounter
from tests.strategies import Part, document

BUDGET = Budget(max_tokens=40, min_tokens=8)


class LetterCounter:
    """A tokenizer whose counts do not add up: four letters to a token, rounded up."""

    def count_tokens(self, text: str) -> int:
        return -(-len(text) // 4)


def chunks_of(*contents: Part, budget: Budget = BUDGET, title: str = "Note") -> list[Chunk]:
    return chunk_document(document(*contents, title=title), WordCounter(), budget)


def heading(text: str, level: int = 1) -> Part:
    return Part(text, BlockKind.HEADING, level)


def prose(words: int, word: str = "word") -> Part:
    return Part(" ".join(f"{word}{n}" for n in range(words)) + ".")
