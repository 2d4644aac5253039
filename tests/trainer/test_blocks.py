"""Who looks at whom when attention stays within blocks."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer import blocks


def seen(tokens: int, size: int, padding: int = 0) -> list[list[int]]:
    """By token of a text, the tokens that it looks at."""
    mask = torch.tensor([[1] * tokens + [0] * padding])
    rows = blocks.allowed(mask, size)[0, 0, :tokens]
    return [row.nonzero()[:, 0].tolist() for row in rows]


def test_blocks_are_alike_long_and_the_last_begins_earlier() -> None:
    # Seven tokens between the ends, four at most: two blocks of four, which share the fourth.
    found = seen(9, 4)
    assert found[1] == found[4] == [0, 1, 2, 3, 4, 8]
    assert found[5] == found[7] == [0, 4, 5, 6, 7, 8]


def test_the_ends_belong_to_the_blocks_beside_them() -> None:
    found = seen(8, 3)
    assert found[0] == found[1] == [0, 1, 2, 3, 7]
    assert found[7] == found[6] == [0, 4, 5, 6, 7]


@given(st.integers(2, 60), st.integers(1, 70), st.integers(0, 5))
def test_everybody_sees_itself_the_ends_and_one_block(tokens: int, size: int, padding: int) -> None:
    inner = tokens - 2
    count = max(1, -(-inner // size))
    for place, row in enumerate(seen(tokens, size, padding)):
        assert {0, place, tokens - 1} <= set(row)
        own = [token for token in row if 0 < token < tokens - 1]
        assert own == list(range(own[0], own[-1] + 1)) if own else inner == 0
        assert len(own) == -(-inner // count) <= size


@pytest.mark.parametrize("size", [10, 11, 500])
def test_a_text_of_one_block_is_whole(size: int) -> None:
    assert seen(12, size) == [list(range(12))] * 12
