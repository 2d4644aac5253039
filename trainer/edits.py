"""Sentences with something changed, for distillation only.

Not run by itself; `prepare` calls it for the sources whose recipe asks for ``edits``.

Two reports of one event share most of their words and differ in a name, a number or a clause. How
much that matters a student sees only where it has met such pairs, and collections hold few of
them. Teacher and coach say how near the changed sentence still is, so no human label is needed.
Source: Thakur et al., "Augmented SBERT" (2021), for pairs that a better network scores.
"""

import random
from collections.abc import Callable, Sequence

SHORTEST, LONGEST = 4, 60
"""Words of a text that is worth changing."""
Words = list[str]
Change = Callable[[Words, Sequence[str], random.Random], Words]


def variants(texts: Sequence[str], each: int, seed: int) -> list[str]:
    """Every text of fitting length followed by ``each`` changed copies of it, none twice.

    Neighbours in the list are variants of one another, so that a batch holds fine differences.
    """
    chance = random.Random(seed)
    fitting = [text for text in texts if SHORTEST <= len(text.split()) <= LONGEST]
    details = [word for text in fitting for word in text.split()[1:] if is_detail(word)]
    made: dict[str, None] = {}
    for text in fitting:
        made.setdefault(text)
        for _ in range(each):
            made.setdefault(edited(text.split(), details, chance))
    return list(made)


def edited(words: Words, details: Sequence[str], chance: random.Random) -> str:
    """One change, of those that these words allow."""
    changes: list[Change] = [without_some, without_the_end]
    if any(map(is_detail, words[1:])):
        changes += [other_detail, other_detail]
    if any(word.endswith(",") for word in words[:-1]):
        changes.append(clauses_turned)
    return " ".join(chance.choice(changes)(words, details, chance))


def is_detail(word: str) -> bool:
    """Whether a word inside a sentence is a name or a number."""
    return word[:1].isupper() or any(letter.isdigit() for letter in word)


def other_detail(words: Words, details: Sequence[str], chance: random.Random) -> Words:
    """A name or number becomes one of another sentence."""
    at = chance.choice([at for at, word in enumerate(words) if at and is_detail(word)])
    return [*words[:at], chance.choice(details), *words[at + 1 :]]


def without_some(words: Words, _: Sequence[str], chance: random.Random) -> Words:
    """Up to a quarter of the words, side by side, are left out."""
    size = chance.randint(1, max(1, len(words) // 4))
    at = chance.randint(0, len(words) - size)
    return words[:at] + words[at + size :]


def without_the_end(words: Words, _: Sequence[str], chance: random.Random) -> Words:
    """Half to nine tenths of the words are kept."""
    return words[: max(2, round(len(words) * chance.uniform(0.5, 0.9)))]


def clauses_turned(words: Words, _: Sequence[str], chance: random.Random) -> Words:
    """What follows a comma comes first."""
    at = chance.choice([at for at, word in enumerate(words[:-1]) if word.endswith(",")])
    return words[at + 1 :] + words[: at + 1]
