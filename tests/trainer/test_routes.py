"""The graph sends the tokens of long texts the ways that the network sends them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from asterisk_search.embedding import bundle
from tests.trainer import tiny
from tests.trainer.sessions import built, by_graph_and_network, in_eight_bits, run
from trainer import checkpoint, export, integers, long_texts, train
from trainer.bert import Encoder
from trainer.errors import TrainerError
from trainer.long_texts import LongTexts
from trainer.recipe import Export

WAYS = [(0, 0.5), (2, 0.0), (3, 0.3), (1, 0.9), (5, 0.34), (1, 0.3)]
"""Tokens of a block, and the share that goes through feed-forward."""


def routed(
    block: int, rare: float, over: int, vocabulary: int = 64, ending: bool = True
) -> Encoder:
    """The last layer answers for rare tokens alone if there are any."""
    shape = replace(tiny.SHAPE, merge_over=over, block=block, rare=rare, vocabulary=vocabulary)
    return tiny.network(shape=replace(shape, ending=ending and rare > 0)).eval()


@pytest.mark.parametrize("over", [1, 2, 3, 4])
@pytest.mark.parametrize(("block", "rare"), WAYS)
def test_short_and_long_texts_and_such_with_padding(block: int, rare: float, over: int) -> None:
    found, wanted = by_graph_and_network(routed(block, rare, over))
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("ending", [False, True])
@pytest.mark.parametrize(("block", "rare"), WAYS)
def test_texts_of_every_length(block: int, rare: float, ending: bool) -> None:
    network = routed(block, rare, over=6, ending=ending)
    model = built(network).SerializeToString()
    chance = np.random.default_rng(5)
    for tokens in range(1, tiny.SHAPE.positions + 1):
        ids = chance.integers(1, tiny.SHAPE.vocabulary, (1, tokens))
        mask = np.ones_like(ids)
        with torch.inference_mode():
            wanted = network(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
        assert run(model, ids, mask) == pytest.approx(wanted, abs=1e-6)


def test_short_texts_go_the_usual_way() -> None:
    network, usual = routed(2, 0.3, over=3), tiny.network().eval()
    usual.load_state_dict(network.state_dict(), strict=False)
    ids = torch.tensor([[5, 9, 33, 2, 7], [5, 9, 33, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    with torch.inference_mode():
        found, whole = network(ids, mask), usual(ids, mask)
    assert found[1] == pytest.approx(whole[1], abs=1e-6)
    assert found[0] != pytest.approx(whole[0], abs=1e-3)


def test_eight_bits_say_that_nothing_goes_round_in_a_short_text() -> None:
    """An empty matrix has no least and no largest number to quantise by."""
    network = routed(4, 0.3, over=6)
    model = built(network, integers.Integers()).SerializeToString()
    for tokens in (1, 2, 6, 7, 20):
        ids = np.arange(1, tokens + 1)[None]
        assert np.isfinite(run(model, ids, np.ones_like(ids))).all()


def test_eight_bits_keep_the_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.be_teacher(monkeypatch)
    network = routed(4, 0.5, over=8, vocabulary=30522)
    assert in_eight_bits(network, tmp_path) == LongTexts(over=8, block=4, rare=0.5, ending=True)


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The end of a run some of whose tokens go round, beside what was prepared for it."""
    tiny.be_teacher(monkeypatch)
    shape = replace(tiny.SHAPE, vocabulary=30522, merge_over=8, block=4, rare=0.3)
    tiny.be_known(monkeypatch, shape)
    monkeypatch.setattr("trainer.student.shape", lambda _: shape)
    data, network = tiny.prepared(tmp_path / "data"), tiny.network(shape=shape)
    moment = train.moment(train.start(tiny.RECIPE, data, network, torch.eye(8)))
    checkpoint.save(tmp_path / checkpoint.LAST, moment)
    return tmp_path


def test_a_graph_may_let_more_through_than_the_training_did(trained: Path) -> None:
    chosen = replace(tiny.RECIPE, export=Export(rare=0.6, merge_over=12, block=3))
    found = export.finished(chosen, trained / checkpoint.LAST)
    assert export.faster(found.shape) == LongTexts(over=12, block=3, rare=0.6)


ENDING = replace(tiny.RECIPE, export=Export(rare=0.6, ending=True))


def test_an_ending_is_fitted_when_the_graph_is_written(trained: Path) -> None:
    out = trained / "float"
    export.export(ENDING, trained / checkpoint.LAST, trained, out, trained / "data")
    made = onnx.load_from_string(bundle.load(out).read(bundle.MODEL))
    assert long_texts.of(made) == LongTexts(over=8, block=4, rare=0.6, ending=True)


def test_an_ending_needs_the_texts_of_the_training(trained: Path) -> None:
    place = trained / checkpoint.LAST
    with pytest.raises(TrainerError, match="tiny has an ending") as caught:
        export.export(ENDING, place, trained, trained / "float")
    assert "--prepared" in caught.value.hint
    tiny.prepared(trained / "others", count=20)
    with pytest.raises(TrainerError, match="not what tiny was trained on"):
        export.export(ENDING, place, trained, trained / "float", trained / "others")
    assert not (trained / "float").exists()
