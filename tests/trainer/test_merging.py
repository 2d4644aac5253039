"""Long texts are shortened: in the network, in the float graph and in eight bits."""

from dataclasses import replace
from pathlib import Path

import onnx
import pytest
import torch

from asterisk_search.embedding import bundle
from tests.trainer import tiny
from tests.trainer.sessions import by_graph_and_network, in_eight_bits
from trainer import checkpoint, export, long_texts, merging, train, weights
from trainer.bert import Encoder
from trainer.errors import TrainerError
from trainer.long_texts import LongTexts
from trainer.recipe import Export

PAIR = torch.tensor([[[2.0, 4.0], [4.0, 8.0], [7.0, 1.0]]])
ALIKE, FIRST = torch.tensor([[0.0, 0.0]]), torch.tensor([[-100.0, 0.0]])


def shortening(after: int, over: int, vocabulary: int = tiny.SHAPE.vocabulary) -> Encoder:
    """A network that shortens, and not by halves: with a share of its own for every pair."""
    shape = replace(tiny.SHAPE, merge_after=after, merge_over=over, vocabulary=vocabulary)
    network = tiny.network(shape=shape)
    torch.nn.init.normal_(network.merging.weight)
    return network.eval()


def test_neighbours_become_their_mean_and_the_last_may_stay_alone() -> None:
    found, mask = merging.merge(PAIR, torch.tensor([[1, 1, 1]]), ALIKE)
    assert found.tolist() == [[[3, 6], [7, 1]]]
    assert mask.tolist() == [[1, 1]]


def test_one_of_two_neighbours_may_count_for_more() -> None:
    found, _ = merging.merge(PAIR, torch.tensor([[1, 1, 1]]), FIRST)
    assert found.tolist() == [[[2, 4], [7, 1]]]


@pytest.mark.parametrize("weight", [ALIKE, FIRST, -FIRST])
def test_padding_is_not_counted(weight: torch.Tensor) -> None:
    found, mask = merging.merge(PAIR, torch.tensor([[1, 0, 0]]), weight)
    assert found[0, 0].tolist() == [2, 4]
    assert mask.tolist() == [[1, 0]]


def test_long_and_short_texts_share_a_batch() -> None:
    network = shortening(1, 3)
    ids = torch.tensor([[5, 9, 0, 0, 0], [5, 9, 33, 2, 7], [4, 4, 4, 0, 0]])
    mask = torch.tensor([[1, 1, 0, 0, 0], [1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    with torch.inference_mode():
        together = network(ids, mask)
        for row, length in enumerate((2, 5, 3)):
            alone = network(ids[row : row + 1, :length], mask[row : row + 1, :length])
            assert together[row] == pytest.approx(alone[0], abs=1e-6)
        never = tiny.network().eval()
        never.load_state_dict(network.state_dict(), strict=False)
        whole = never(ids, mask)
    assert together[0] == pytest.approx(whole[0], abs=1e-6)
    assert together[1] != pytest.approx(whole[1], abs=1e-3)


@pytest.mark.parametrize("over", [1, 2, 3, 4])
@pytest.mark.parametrize("after", [0, 1])
def test_long_texts_are_shortened_as_the_network_does(after: int, over: int) -> None:
    found, wanted = by_graph_and_network(shortening(after, over))
    assert found == pytest.approx(wanted, abs=1e-6)


def test_eight_bits_shorten_the_same_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.be_teacher(monkeypatch)
    assert in_eight_bits(shortening(1, 4, vocabulary=30522), tmp_path) == LongTexts(1, 4)


SHORTENING = replace(tiny.RECIPE, student=replace(tiny.RECIPE.student, merge_after=1, merge_over=3))


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the beginning and the end of a run that shortens texts of more than three."""
    shape = replace(tiny.SHAPE, vocabulary=30522, merge_after=1, merge_over=3)
    for name, seed in ((checkpoint.FIRST, 1), (checkpoint.LAST, 2)):
        network = tiny.network(seed, shape)
        run = train.start(SHORTENING, tiny.prepared(tmp_path / "data"), network, torch.eye(8))
        checkpoint.save(tmp_path / name, train.moment(run))
    tiny.be_known(monkeypatch, shape)
    return tmp_path


def exported(folder: Path, chosen: Export, beginning: Path | None = None) -> onnx.ModelProto:
    """The graph of the run in a folder; `export` itself compares it with the network."""
    recipe = replace(SHORTENING, export=chosen)
    export.export(recipe, folder / checkpoint.LAST, folder, folder / "out", beginning=beginning)
    return onnx.load_from_string(bundle.load(folder / "out").read(bundle.MODEL))


@pytest.mark.parametrize(
    ("chosen", "merge"),
    [(0, LongTexts(1, 3)), (6, LongTexts(1, 6)), (24, LongTexts())],
    ids=["as trained", "fewer", "none"],
)
def test_the_graph_may_shorten_fewer_texts_than_the_training_did(
    trained: Path, chosen: int, merge: LongTexts
) -> None:
    assert long_texts.of(exported(trained, Export(merge_over=chosen))) == merge


def test_the_graph_may_have_a_share_of_the_beginning(trained: Path) -> None:
    exported(trained, Export(beginning=0.25))
    first, last = (
        checkpoint.load(trained / name).result for name in (checkpoint.FIRST, checkpoint.LAST)
    )
    found = weights.read(bundle.load(trained / "out").read(bundle.MODEL), tiny.SHAPE.head)
    name = "project.weight"
    wanted = 0.25 * first[name] + 0.75 * last[name]
    assert found[name] == pytest.approx(wanted.numpy(), abs=1e-6)


def test_the_beginning_may_be_an_earlier_runs(trained: Path) -> None:
    """Of another recipe, but on the same data, and a beginning."""
    own = checkpoint.load(trained / checkpoint.FIRST)
    weights_of_zero = {name: torch.zeros_like(value) for name, value in own.weights.items()}
    earlier = trained / "earlier.pt"
    checkpoint.save(earlier, replace(own, recipe="earlier", weights=weights_of_zero))
    exported(trained, chosen := Export(beginning=0.25, beginning_of="earlier"), earlier)
    found = weights.read(bundle.load(trained / "out").read(bundle.MODEL), tiny.SHAPE.head)
    last = checkpoint.load(trained / checkpoint.LAST).result["project.weight"]
    assert found["project.weight"] == pytest.approx(0.75 * last.numpy(), abs=1e-6)
    for other in (replace(own, data="other"), replace(own, step=3)):
        checkpoint.save(earlier, other)
        with pytest.raises(TrainerError, match="not where earlier began"):
            exported(trained, chosen, earlier)
    with pytest.raises(TrainerError, match="that earlier began with"):
        exported(trained, chosen)
    with pytest.raises(TrainerError, match="that its own run began with"):
        exported(trained, Export(beginning=0.25), earlier)


def test_a_beginning_of_another_run_is_refused(trained: Path) -> None:
    first = checkpoint.load(trained / checkpoint.FIRST)
    checkpoint.save(trained / checkpoint.FIRST, replace(first, data="other"))
    with pytest.raises(TrainerError, match="not where the run began"):
        exported(trained, Export(beginning=0.25))
    (trained / checkpoint.FIRST).unlink()
    with pytest.raises(TrainerError, match=checkpoint.FIRST):
        exported(trained, Export(beginning=0.25))
