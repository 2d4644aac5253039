"""The last layer of a long text: who asks, and what is told of those who do not."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from tests.trainer import tiny
from trainer import ending, telling, tokens
from trainer.ending import Sums
from trainer.errors import TrainerError

ROUND = replace(tiny.SHAPE, merge_over=6, rare=0.4, ending=True)


def sums(seed: int, texts: int, width: int = 4) -> Sums:
    """Of texts with two rare tokens and three others each."""
    chance = torch.Generator().manual_seed(seed)
    said = torch.randn(texts, 2, width, generator=chance)
    heard = torch.randn(texts, 5, width, generator=chance)
    others = torch.tensor([[False, True, True, False, True]]).repeat(texts, 1)
    return Sums.of(said, torch.ones(texts, 2, dtype=torch.bool), heard, others)


def test_who_asks_stands_in_order_and_what_fills_up_is_no_token() -> None:
    x = torch.arange(8.0).view(2, 4, 1)
    some = torch.tensor([[True, False, True, True], [True, False, False, False]])
    found, filled = ending.gathered(x, some)
    assert found[0].flatten().tolist() == [0.0, 2.0, 3.0]
    assert found[1, 0].item() == 4.0
    assert filled.tolist() == [[True, True, True], [True, False, False]]


def test_a_function_of_both_means_is_found_again() -> None:
    some = sums(1, 4000)
    chance = torch.Generator().manual_seed(2)
    weight, bias = torch.randn(4, 8, generator=chance), torch.randn(4, generator=chance)
    known = torch.cat([some.heard / 3, some.said / 2], 1)
    found = ending.fit([some], known @ weight.T + bias)
    assert found[0] == pytest.approx(weight, abs=0.02)
    assert found[1] == pytest.approx(bias, abs=0.02)


def test_what_others_add_is_their_mean_as_often_as_they_are_many() -> None:
    some, told = sums(3, 2), nn.Linear(8, 4)
    mean = told(torch.cat([some.heard / 3, some.said / 2], 1))
    assert some.of_others(told).detach() == pytest.approx(3 * mean.detach(), abs=1e-5)


def test_nothing_is_told_of_others_where_there_are_none() -> None:
    said, asked = torch.ones(1, 2, 4), torch.ones(1, 2, dtype=torch.bool)
    some = Sums.of(said, asked, torch.ones(1, 2, 4), torch.zeros(1, 2, dtype=torch.bool))
    assert not some.of_others(nn.Linear(8, 4)).any()


def test_it_is_nearest_at_first() -> None:
    """Nearer to what the last layer says if all ask than one that tells nothing of the others."""
    chance = np.random.default_rng(0)
    rows = [chance.integers(1, 64, size=n).astype(np.uint16) for n in chance.integers(3, 20, 900)]
    everyone = tiny.network(shape=replace(ROUND, ending=False)).eval()
    found = telling.ended(everyone, rows[:800])
    long = [row for row in rows[800:] if len(row) > ROUND.merge_over]

    def apart() -> float:
        with torch.inference_mode():
            said, wished = (network(*tokens.batch(long)) for network in (found, everyone))
        return float((said - wished).square().mean())

    told = apart()
    nn.init.zeros_(found.others.weight)
    nn.init.zeros_(found.others.bias)
    assert told < 0.6 * apart()


def test_a_text_of_rare_words_alone_shows_nothing() -> None:
    network = tiny.network(shape=replace(ROUND, rare=0.9, ending=False))
    rows = [np.arange(1, n + 1, dtype=np.uint16) for n in (7, 9, 20)]
    with pytest.raises(TrainerError, match="how a long one ends"):
        telling.ended(network, rows[:2])
    found = telling.ended(network, rows).state_dict()
    assert all(value.isfinite().all() for value in found.values())


def test_without_a_long_text_nothing_shows_how_one_ends() -> None:
    network = tiny.network(shape=replace(ROUND, ending=False))
    with pytest.raises(TrainerError, match="how a long one ends"):
        telling.ended(network, [np.array([1, 2, 3], dtype=np.uint16)])


def test_in_a_batch_a_long_text_has_the_vector_that_it_has_alone() -> None:
    network = tiny.network(shape=ROUND).eval()
    chance = np.random.default_rng(6)
    rows = [chance.integers(1, 64, size=size).astype(np.uint16) for size in (7, 20, 11, 3)]
    with torch.inference_mode():
        together = network(*tokens.batch(rows))
        alone = torch.cat([network(*tokens.batch([row])) for row in rows])
    assert together == pytest.approx(alone, abs=1e-6)


def test_a_common_word_of_a_long_text_asks_nothing_in_the_last_layer() -> None:
    network = tiny.network(shape=ROUND).eval()
    asked: list[int] = []
    last = network.layers[-1]
    assert isinstance(last.get_submodule("inner"), nn.Linear)
    hook = last.get_submodule("inner").register_forward_pre_hook(
        lambda _, inputs: asked.append(inputs[0].shape[1])
    )
    with torch.inference_mode():
        network(*tokens.batch([np.arange(1, 11, dtype=np.uint16)]))
        network(*tokens.batch([np.arange(1, 6, dtype=np.uint16)]))
    hook.remove()
    assert asked == [4, 5]
