"""Long texts made of two passages, for distillation only.

Not run by itself; `prepare` calls it when the recipe asks for ``joined`` texts.

Collections of pairs hold few texts as long as a student may read, and what it has not read it does
not read well. The teacher says what two passages mean together, so they may as well be joined.
"""

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

SHORTEST = 500
"""Characters of a joined text, about 110 tokens: below, it would be no long text."""


def texts(passages: Mapping[int, Sequence[str]], count: int, seed: int) -> list[str]:
    """``count`` texts of two passages of one source each, fewer if there are not so many.

    ``passages`` by the number of their source; each is used twice at most.
    """
    chance = random.Random(seed)
    made: dict[str, None] = {}
    for _, found in sorted(passages.items()):
        distinct = list(dict.fromkeys(found))
        chance.shuffle(distinct)
        for first, second in pairwise(distinct):
            if len(first) + len(second) >= SHORTEST:
                made.setdefault(f"{first} {second}")
    chosen = list(made)
    chance.shuffle(chosen)
    return chosen[:count]
