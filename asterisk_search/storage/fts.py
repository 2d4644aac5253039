"""Words in, FTS5 out: the rows of the word index and expressions that match them.

No text, however odd, becomes an expression that FTS5 refuses: every term is quoted, and terms
without a single character that FTS5 would index are left out.
"""

import re
import unicodedata
from dataclasses import dataclass

from asterisk_search.text.folding import without_marks
from asterisk_search.text.stopwords import STOP_WORDS

MAX_TERMS = 48
"""FTS5 limits the depth of an expression; a pasted page is cut to its first terms."""

WEIGHTS = (8.0, 6.0, 4.0, 3.0, 1.0)
"""BM25 weights of title, aliases, headings, tags, body: the columns of `words`."""

# Scripts written without spaces between words: each character becomes a token of its own, and a
# run of them a phrase, so that any substring of two or more characters is found.
_UNSPACED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])"
)
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class WordRow:
    """The texts of one chunk as the word index holds them, in the order of its columns."""

    title: str
    aliases: str
    headings: str
    tags: str
    body: str

    def columns(self) -> tuple[str, str, str, str, str]:
        """The five values, prepared for the tokenizer."""
        return (
            searchable(self.title),
            searchable(self.aliases),
            searchable(self.headings),
            searchable(self.tags),
            searchable(self.body),
        )


def searchable(text: str) -> str:
    """``text`` as it goes to the tokenizer: compatibility forms unified, unspaced scripts split,
    letters and vowel signs that people do not type replaced or left out.

    Accents on letters are the tokenizer's business.
    """
    text = text.replace("\0", " ")
    if text.isascii():
        return text
    return _UNSPACED.sub(r" \1 ", without_marks(unicodedata.normalize("NFKC", text)))


def terms(text: str) -> list[str]:
    """The words and ``"quoted phrases"`` of a query, each once, ready to be quoted."""
    found: dict[str, None] = {}
    for phrase, word in _TERM.findall(text):
        term = " ".join(searchable(phrase or word).split())
        if any(map(_indexed, term)):
            found[term.lower()] = None
    return list(found)[:MAX_TERMS]


def content_terms(words: list[str]) -> list[str]:
    """Terms that carry meaning; all of them when there are no others."""
    return [word for word in words if word not in STOP_WORDS] or words


def match_all(words: list[str]) -> str:
    """An expression for chunks that contain every term."""
    return " AND ".join(map(_quote, words))


def match_any(words: list[str]) -> str:
    """An expression for chunks that contain at least one term."""
    return " OR ".join(map(_quote, words))


def match_groups(groups: list[list[str]]) -> str:
    """An expression for chunks that contain a term of every group."""
    return " AND ".join(f"({match_any(group)})" for group in groups)


def in_names(expression: str) -> str:
    """The same expression, of titles, aliases, headings and tags alone."""
    return f"{{title aliases headings tags}} : ({expression})"


def match_title_prefix(words: list[str]) -> str:
    """An expression for chunks whose title or alias has words that begin with the terms."""
    return "{title aliases} : (" + " AND ".join(f"{_quote(word)} *" for word in words) + ")"


def _quote(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _indexed(character: str) -> bool:
    """Whether the unicode61 tokenizer keeps the character (SQLite documentation, FTS5, 4.3.1)."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"
