"""What a few loud neurons do for the first token of a text is kept, but said more quietly."""

import copy
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trainer import tiny
from trainer import outliers, tokens
from trainer.bert import Encoder, Layer
from trainer.tokens import Ids

FIRST, LOUD = 1, 5
"""The token that all texts begin with, and the neuron that fires at it alone."""


@pytest.fixture
def texts() -> list[Ids]:
    chance = np.random.default_rng(4)
    rows = [chance.integers(2, 64, size=size) for size in (1, 5, 9, 20)]
    return [np.array([FIRST, *row], dtype=np.uint16) for row in rows]


@pytest.fixture(params=[0, 6], ids=["all tokens", "some go round"])
def network(request: pytest.FixtureRequest) -> Iterator[Encoder]:
    """Its first layer shouts when it sees the token that all texts begin with."""
    over = request.param
    made = tiny.network(shape=replace(tiny.SHAPE, merge_over=over, rare=over and 0.4)).eval()
    layer = first(made)
    with torch.no_grad():
        made.words.weight[FIRST] = 0.0
        made.words.weight[:, 0] = -4.0
        made.words.weight[FIRST, 0] = 4.0
        layer.inner.weight[LOUD] = 0.0
        layer.inner.weight[LOUD, 0] = 8.0
        layer.inner.bias[LOUD] = 6.0
        layer.outer.weight[:, LOUD] /= 20.0
    yield made


def first(network: Encoder) -> Layer:
    layer = network.layers[0]
    assert isinstance(layer, Layer)
    return layer


def loudest(network: Encoder, texts: list[Ids]) -> float:
    said: list[float] = []
    hook = first(network).outer.register_forward_pre_hook(
        lambda _, inputs: said.append(float(inputs[0].max()))
    )
    vectors(network, texts)
    hook.remove()
    return max(said)


def vectors(network: Encoder, texts: list[Ids]) -> torch.Tensor:
    with torch.inference_mode():
        return torch.cat([network(*tokens.batch([text])) for text in texts])


def test_it_says_the_same_more_quietly(network: Encoder, texts: list[Ids]) -> None:
    calmed = copy.deepcopy(network)
    assert outliers.calm(calmed, texts) == 1
    assert loudest(network, texts) > 20
    assert loudest(calmed, texts) < 8
    cosines = (vectors(network, texts) * vectors(calmed, texts)).sum(1)
    assert cosines.min() > 0.998


def test_what_fires_elsewhere_too_is_left(network: Encoder, texts: list[Ids]) -> None:
    with torch.no_grad():
        first(network).inner.bias[LOUD] = 40.0  # now above 0 for every token
    calmed = copy.deepcopy(network)
    assert outliers.calm(calmed, texts) == 0
    assert torch.equal(vectors(network, texts), vectors(calmed, texts))


def test_a_calm_network_stays_as_it_is(texts: list[Ids]) -> None:
    network = tiny.network().eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert outliers.calm(network, texts) == 0
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
