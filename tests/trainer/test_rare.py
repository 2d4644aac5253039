"""Which tokens go through feed-forward, and the function that the others take instead."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer import rare


def among(words: list[int], share: float, padding: int = 0) -> list[int]:
    """Places of the tokens that are this share of their text."""
    ids = torch.tensor([words + [0] * padding])
    mask = torch.tensor([[1] * len(words) + [0] * padding])
    return rare.among(ids, mask, share)[0].nonzero()[:, 0].tolist()


def test_the_first_token_and_the_rarest_words_are_taken() -> None:
    assert among([1, 50, 7, 90, 3, 60, 2, 2], 0.5) == [0, 1, 3, 5]


def test_of_equal_words_the_earlier_are_taken() -> None:
    assert among([1, 9, 9, 9, 9, 2], 0.5) == [0, 1, 2]


@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=80), st.integers(0, 9))
def test_padding_changes_nothing(words: list[int], padding: int) -> None:
    for share in (0.2, 0.28, 0.5, 0.99):
        found = among(words, share, padding)
        assert found == among(words, share)
        assert len(found) == int(torch.tensor(float(len(words))).mul(share).ceil())
        assert found[0] == 0


def test_an_affine_function_is_found_again() -> None:
    chance = torch.Generator().manual_seed(1)
    weight = torch.randn(6, 6, generator=chance)
    bias = torch.randn(6, generator=chance)
    heard = torch.randn(400, 6, generator=chance)
    found = rare.fit(heard, heard @ weight.T + bias)
    assert found[0] == pytest.approx(weight, abs=0.01)
    assert found[1] == pytest.approx(bias, abs=0.01)


def test_a_loud_token_counts_no_more_than_another() -> None:
    heard = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).repeat(200, 1)
    said = heard.clone()
    heard, said = torch.cat([heard, heard[:1]]), torch.cat([said, 1000 * said[:1]])
    weight, bias = rare.fit(heard, said)
    assert heard[0] @ weight.T + bias == pytest.approx(heard[0], abs=0.02)
