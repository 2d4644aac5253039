"""Neighbouring tokens of a long text share feed-forward passes: in the network and in the graph."""

from dataclasses import replace

import pytest
import torch

from tests.trainer import tiny
from tests.trainer.sessions import by_graph_and_network
from trainer import sharing, student
from trainer.bert import Encoder
from trainer.errors import TrainerError
from trainer.recipe import Student

SIX = torch.tensor([[[1.0], [2.0], [4.0], [6.0], [8.0], [20.0]]])
ALL = torch.ones(1, 6)
WANTED = Student((0, 1), dim=8, max_tokens=22, merge_over=8)


def sharing_network(share: tuple[int, ...], over: int) -> Encoder:
    return tiny.network(shape=replace(tiny.SHAPE, merge_over=over, share=share)).eval()


@pytest.mark.parametrize(
    ("share", "wanted"), [(1, SIX[0, :, 0].tolist()), (2, [1, 3, 7, 20]), (4, [1, 5, 20])]
)
def test_the_first_is_alone_and_the_rest_is_averaged(share: int, wanted: list[float]) -> None:
    assert sharing.means(SIX, ALL, share)[0, :, 0].tolist() == wanted


def test_each_token_gets_what_its_group_has() -> None:
    groups = torch.tensor([[[10.0], [20.0], [30.0]]])
    assert sharing.spread(groups, 2, 4)[0, :, 0].tolist() == [10, 20, 20, 30]
    assert sharing.spread(groups, 4, 6)[0, :, 0].tolist() == [10, 20, 20, 20, 20, 30]
    assert sharing.spread(groups, 1, 3) is groups


@pytest.mark.parametrize("tokens", range(1, 40))
@pytest.mark.parametrize("share", [1, 2, 4])
def test_there_is_a_group_for_every_token(tokens: int, share: int) -> None:
    alike = torch.full((1, tokens, 1), 3.0)
    groups = sharing.means(alike, torch.ones(1, tokens), share)
    assert torch.equal(sharing.spread(groups, share, tokens), alike)


@pytest.mark.parametrize("share", [2, 4])
@pytest.mark.parametrize("tokens", range(1, 7))
def test_padding_has_no_say(share: int, tokens: int) -> None:
    mask = (torch.arange(6) < tokens).long()[None]
    with_padding = sharing.means(SIX, mask, share)
    alone = sharing.means(SIX[:, :tokens], mask[:, :tokens], share)
    assert torch.equal(with_padding[:, : alone.shape[1]], alone)


@pytest.mark.parametrize("over", [1, 2, 3, 4])
@pytest.mark.parametrize("share", [(2, 4), (1, 2), (4, 1), (2, 2), (1, 1)])
def test_the_graph_shares_what_the_network_shares(share: tuple[int, ...], over: int) -> None:
    found, wanted = by_graph_and_network(sharing_network(share, over))
    assert found == pytest.approx(wanted, abs=1e-6)


def test_only_long_texts_share() -> None:
    network, whole = sharing_network((2, 4), 3), tiny.network().eval()
    ids, mask = (
        torch.tensor([[5, 9, 33, 2], [5, 9, 33, 0]]),
        torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]]),
    )
    with torch.inference_mode():
        shared, apart = network(ids, mask), whole(ids, mask)
    assert shared[1] == pytest.approx(apart[1], abs=1e-6)
    assert shared[0] != pytest.approx(apart[0], abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(WANTED, share=(2,)), "1, 2 or 4 for each layer"),
        (replace(WANTED, share=(2, 3)), "1, 2 or 4 for each layer"),
        (replace(WANTED, share=(2, 2), merge_over=0), "needs merge_over"),
        (replace(WANTED, share=(2, 2), merge_after=1), "without merge_after"),
    ],
)
def test_what_layers_cannot_share(wrong: Student, said: str) -> None:
    with pytest.raises(TrainerError, match=said):
        student.check(wrong, None)
