"""The second teacher: attention by distance, and words in BERT's order."""

from dataclasses import replace

import torch

from trainer import distances, mpnet, teacher
from trainer.bert import Encoder


def test_kinds_of_distance() -> None:
    """Eight kinds a side; from 4 on by logarithm, from 128 on one kind: Raffel et al. (2019)."""
    found = distances.kind(torch.tensor([0, -1, -3, -4, -7, -127, -999, 1, 3, 4, 999]), 16)
    assert found.tolist() == [0, 1, 3, 4, 4, 7, 7, 9, 11, 12, 15]


def test_distance_is_from_the_token_that_attends() -> None:
    table = torch.arange(16.0)[:, None]
    assert distances.bias(table, 3)[0].tolist() == [[0, 9, 10], [1, 0, 9], [2, 1, 0]]


def test_mpnet_speaks_the_ids_of_bert() -> None:
    """A checkpoint of MPNet's layout, of two layers, under this project's names."""
    shape = replace(mpnet.SHAPE, layers=2, width=8, heads=2, head=4, inner=6)
    network = Encoder(shape)
    parts = {"q": 0, "k": 1, "v": 2}
    theirs = {
        "embeddings.word_embeddings.weight": torch.arange(30527.0)[:, None].expand(-1, 8),
        "embeddings.position_embeddings.weight": torch.arange(514.0)[:, None].expand(-1, 8),
        "embeddings.LayerNorm.weight": torch.ones(8),
        "embeddings.LayerNorm.bias": torch.zeros(8),
        "encoder.relative_attention_bias.weight": torch.zeros(32, 2),
    }
    for number in range(2):
        at = f"encoder.layer.{number}."
        for part, value in parts.items():
            theirs[f"{at}attention.attn.{part}.weight"] = torch.full((8, 8), float(value))
            theirs[f"{at}attention.attn.{part}.bias"] = torch.zeros(8)
        for name, size in (
            ("attention.attn.o", (8, 8)),
            ("intermediate.dense", (6, 8)),
            ("output.dense", (8, 6)),
        ):
            theirs[f"{at}{name}.weight"], theirs[f"{at}{name}.bias"] = (
                torch.zeros(size),
                torch.zeros(size[0]),
            )
        for name in ("attention.LayerNorm", "output.LayerNorm"):
            theirs[f"{at}{name}.weight"], theirs[f"{at}{name}.bias"] = torch.ones(8), torch.zeros(8)
    network.load_state_dict(mpnet.renamed(theirs, (0, 1)))
    assert network.words.weight[[0, 100, 101, 102, 103, 30521], 0].tolist() == [
        4,
        104,
        0,
        2,
        107,
        30525,
    ]
    assert network.positions.weight[[0, 511], 0].tolist() == [2, 513]
    assert network.state_dict()["layers.1.qkv.weight"][:, 0].tolist() == [0] * 8 + [1] * 8 + [2] * 8


def test_both_teachers_are_known_by_name() -> None:
    assert teacher.named("sentence-transformers/all-mpnet-base-v2").shape.buckets == 32
    assert teacher.named("sentence-transformers/all-MiniLM-L6-v2").shape == teacher.SHAPE
