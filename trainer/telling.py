"""A network whose last layer rare words alone ask, made of one whose last layer all ask.

Not run by itself; `export` calls it. See `trainer.ending`.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import torch

from trainer import ending, prune, rare, tokens
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError
from trainer.tokens import Ids

NAME = "others."
"""What the names of its tensors begin with."""
BATCH = 32
MOST = 2000
"""Long texts that suffice to fit it."""


def ended(network: Encoder, texts: Sequence[Ids]) -> Encoder:
    """The same network with that ending, fitted on those of the texts that are long.

    Raises:
        TrainerError: not one of them is.
    """
    made = Encoder(replace(network.shape, ending=True)).eval()
    known = network.state_dict()
    own = {name: known.get(name, value) for name, value in made.state_dict().items()}
    made.load_state_dict(own)
    fit(made, texts)
    return made


def has_others(text: Ids, shape: Shape) -> bool:
    """Whether a text has words that are not rare."""
    return math.ceil(len(text) * shape.rare) < len(text)


def fit(network: Encoder, texts: Sequence[Ids]) -> None:
    """Set the function in a network that has all else, nearest to what is said if all ask.

    Raises:
        TrainerError: not one of the texts is long.
    """
    shape = network.shape
    long = [text for text in texts if len(text) > shape.merge_over and has_others(text, shape)]
    if not long:
        raise TrainerError("no text is long, so that nothing shows how a long one ends")
    last = prune.layers(network)[-1]
    found, wished = [], []
    with torch.no_grad():
        for ids, mask in tokens.alike(long, BATCH):
            some = rare.among(ids, mask, shape.rare)
            others = mask.bool() & ~some
            heard = network.before_last(ids, mask, some)
            found.append(network.asked(heard, mask, some))
            every = last(heard, network.allowed(mask, True))
            wished.append(ending.total(every, others.float()) / others.sum(1, keepdim=True))
        weight, bias = ending.fit(found, torch.cat(wished))
        network.others.weight.copy_(network.project(weight.T).T)
        network.others.bias.copy_(network.project(bias))
