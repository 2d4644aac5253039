"""The tables by which the graph sends tokens their ways say what the network does."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer import blocks, rare, ways
from trainer.long_texts import LongTexts


@given(st.integers(2, 90), st.integers(1, 60))
def test_blocks_are_those_of_the_network_and_each_token_is_found_in_its_own(
    tokens: int, size: int
) -> None:
    places, back = ways.cut(tokens, size)
    allowed = blocks.allowed(torch.ones(1, tokens, dtype=torch.long), size)[0, 0].numpy()
    length = places.shape[1]
    assert (places.ravel()[back] == np.arange(tokens)).all()
    for token in range(tokens):
        block = places[back[token] // length]
        assert np.unique(block).tolist() == np.flatnonzero(allowed[token]).tolist()


@given(st.integers(1, 120), st.floats(0.05, 0.95))
def test_as_many_go_through_as_in_the_network(tokens: int, share: float) -> None:
    found = ways.counts(LongTexts(over=20, rare=share), 120)
    chosen = rare.among(torch.arange(1, tokens + 1)[None], torch.ones(1, tokens), share)
    through = int(chosen.sum()) if tokens > 20 else tokens
    assert found.rare[tokens] == through
    assert found.common[tokens] == tokens - through
    assert found.times[tokens] == pytest.approx((tokens - through) / through)


def test_all_short_texts_share_a_row() -> None:
    found = ways.blocks(LongTexts(over=20, block=5), 30)
    assert len(found.places) == 1 + 10
    assert found.shape[0].tolist() == [1, -1]
    assert found.more[0] == 0
    assert (found.places[0, :20] == np.arange(20)).all()
    assert (found.back[0, :20] == np.arange(20)).all()
