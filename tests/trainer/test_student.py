"""Students in miniature: begun with a teacher's layers or an earlier student, and made smaller."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Base, Manifest
from asterisk_search.embedding.load import BUNDLED
from tests.trainer import tiny
from tests.trainer.sessions import built
from trainer import bypass, floats, grow, integers, prune, student, telling
from trainer.bert import Encoder
from trainer.errors import TrainerError
from trainer.recipe import Student
from trainer.tokens import Ids

SMALL = replace(tiny.RECIPE.student, heads=1, inner=20)


def texts(count: int = 40) -> list[Ids]:
    chance = np.random.default_rng(0)
    return [
        chance.integers(1, 64, size=int(chance.integers(3, 20))).astype(np.uint16)
        for _ in range(count)
    ]


@pytest.fixture(autouse=True)
def tiny_teacher(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.be_teacher(monkeypatch)


def earlier(folder: Path, numbers: floats.Numbers, network: Encoder | None = None) -> Path:
    """A bundle of the tiny network or of another, called ``earlier``."""
    contents = {
        bundle.MODEL: built(network or tiny.network(), numbers).SerializeToString(),
        bundle.TOKENIZER: (BUNDLED / bundle.TOKENIZER).read_bytes(),
    }
    return bundle.write(
        folder, Manifest("earlier", 8, 22, {}, Base("none", "MIT")), contents
    ).folder


def test_a_head_and_a_neuron_that_do_nothing_go_first() -> None:
    network = tiny.network(shape=replace(tiny.SHAPE, dim=0)).eval()
    with torch.no_grad():
        for layer in prune.layers(network):
            layer.attended.weight[:, : tiny.SHAPE.head] = 0  # what the first head found
            layer.outer.weight[:, 5] = 0
    smaller = prune.prune(network, texts(), heads=1, inner=31).eval()
    assert (smaller.shape.heads, smaller.shape.inner) == (1, 31)
    ids, mask = torch.tensor([[4, 5, 6]]), torch.ones(1, 3)
    with torch.inference_mode():
        assert torch.allclose(smaller(ids, mask), network(ids, mask), atol=1e-6)


def test_new_neurons_change_nothing_until_they_learn() -> None:
    network = tiny.network(shape=replace(tiny.SHAPE, dim=0)).eval()
    larger = grow.grow(network, tiny.SHAPE.inner + 5).eval()
    assert larger.shape == replace(network.shape, inner=tiny.SHAPE.inner + 5)
    ids, mask = torch.tensor([[4, 5, 6]]), torch.ones(1, 3)
    said = larger(ids, mask)
    assert torch.allclose(said, network(ids, mask), atol=1e-6)
    said[0, 0].backward()
    learnt = [layer.outer.weight.grad for layer in prune.layers(larger)]
    assert all(grad is not None and grad[:, -5:].any(0).all() for grad in learnt)
    again = grow.grow(network, tiny.SHAPE.inner + 5).state_dict()
    assert all(torch.equal(again[name], value) for name, value in larger.state_dict().items())


def test_a_network_that_is_large_enough_does_not_grow() -> None:
    network = tiny.network()
    assert grow.grow(network, tiny.SHAPE.inner) is network


def test_the_fitted_projection_finds_a_linear_target() -> None:
    network = tiny.network(shape=replace(tiny.SHAPE, dim=0)).eval()
    rows = torch.randn(8, 16, generator=torch.Generator().manual_seed(3))
    sample = texts(200)
    pooled = student.pool(network, sample)
    with torch.inference_mode():
        alone = network(torch.tensor([sample[7].tolist()]), torch.ones(1, len(sample[7])))
    assert torch.allclose(pooled[7], alone[0], atol=1e-6)
    found = student.fit(pooled, pooled @ rows.T)
    assert torch.cosine_similarity(pooled @ found.T, pooled @ rows.T).min() > 0.99


def test_a_projection_that_fits_better_than_a_fit_is_kept(tmp_path: Path) -> None:
    network = tiny.network()
    start = earlier(tmp_path / "earlier", floats.Floats())
    sample = texts()
    with torch.inference_mode():
        said = [network(torch.tensor([t.tolist()]), torch.ones(1, len(t)))[0] for t in sample]
    wanted = replace(SMALL, heads=2, inner=32, start="earlier")
    made = student.begin(wanted, tmp_path, start, sample, torch.stack(said).numpy())
    ours, theirs = (one.state_dict()["project.weight"] for one in (made, network))
    assert torch.allclose(ours, theirs, atol=1e-6)


ROUND = replace(SMALL, heads=2, inner=32, merge_over=8, rare=0.4)


def test_the_way_round_feed_forward_is_nearest_at_first() -> None:
    """Nearer to what the whole network says than one that adds nothing, and than a constant."""
    whole = tiny.network(shape=replace(tiny.SHAPE, dim=0)).eval()
    wanted = replace(whole.shape, merge_over=8, rare=ROUND.rare)
    found, part = bypass.fitted(whole, wanted, texts(200)), Encoder(wanted).eval()
    long = [text for text in texts(260)[200:] if len(text) > 8]

    def apart(ways: dict[str, torch.Tensor]) -> float:
        part.load_state_dict({**whole.state_dict(), **ways})
        return float((student.pool(part, long) - student.pool(whole, long)).square().mean())

    nothing = {name: torch.zeros_like(value) for name, value in found.items()}
    constant = {name: value * name.endswith("bias") for name, value in found.items()}
    assert apart(found) < 0.5 * min(apart(nothing), apart(constant))


def begun(network: Encoder, folder: Path, wanted: Student) -> dict[str, torch.Tensor]:
    """The tensors of a student that begins with this one."""
    start = earlier(folder / "earlier", floats.Floats(), network)
    targets = np.ones((40, 8), dtype=np.float32)
    made = student.begin(replace(wanted, start="earlier"), folder, start, texts(), targets)
    return made.state_dict()


def test_a_way_round_that_was_learnt_is_kept(tmp_path: Path) -> None:
    network = tiny.network(shape=replace(tiny.SHAPE, merge_over=8, rare=0.4))
    made, before = begun(network, tmp_path, ROUND), network.state_dict()
    ways = [name for name in made if bypass.NAME in name]
    assert len(ways) == 4
    assert all(torch.allclose(made[name], before[name]) for name in ways)


@pytest.mark.parametrize("ending", [False, True])
def test_a_way_round_that_is_not_wanted_is_left(tmp_path: Path, ending: bool) -> None:
    network = tiny.network(shape=replace(tiny.SHAPE, merge_over=8, rare=0.4, ending=ending))
    made = begun(network, tmp_path, replace(ROUND, rare=0.0, merge_over=0))
    assert not any(bypass.NAME in name or name.startswith(telling.NAME) for name in made)


def test_after_an_ending_all_ways_are_found_anew(tmp_path: Path) -> None:
    network = tiny.network(shape=replace(tiny.SHAPE, merge_over=8, rare=0.4, ending=True))
    made, before = begun(network, tmp_path, ROUND), network.state_dict()
    assert made["layers.1.bypass.weight"].any()
    assert not torch.allclose(made["layers.0.bypass.weight"], before["layers.0.bypass.weight"])


def test_without_a_long_text_nothing_shows_how_to_go_round() -> None:
    with pytest.raises(TrainerError, match="no text is long"):
        bypass.fitted(tiny.network().eval(), replace(tiny.SHAPE, merge_over=23, rare=0.5), texts())


@pytest.mark.parametrize("numbers", [floats.Floats(), integers.Integers()], ids=["float", "int8"])
def test_it_goes_on_from_an_earlier_student(tmp_path: Path, numbers: floats.Numbers) -> None:
    start = earlier(tmp_path / "earlier", numbers)
    sample = texts()
    targets = np.ones((len(sample), 8), dtype=np.float32)
    wanted = replace(SMALL, start="earlier")
    made = student.begin(wanted, tmp_path, start, sample, targets)
    assert made.shape == replace(tiny.SHAPE, heads=1, inner=20)
    words = tiny.network().words.weight.detach()
    assert torch.allclose(made.words.weight, words, atol=float(words.abs().max()) / 127)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (replace(SMALL, start="another"), "begins with another, not with earlier"),
        (SMALL, "begins with the teacher, not with earlier"),
        (replace(SMALL, layers=(0, 7)), "layers 0 to 1"),
        (replace(SMALL, heads=3), "2 heads"),
        (replace(SMALL, merge_after=2), "no layer is left after layer 2"),
        (replace(SMALL, teacher="someone"), "unknown teacher 'someone'"),
        (replace(SMALL, block=4), "block and rare need merge_over"),
        (replace(SMALL, rare=0.5, merge_over=8, merge_after=1), "without merge_after"),
        (replace(SMALL, rare=1.0, merge_over=8), "rare is a share"),
        (replace(SMALL, block=-1, merge_over=8), "block is a number of tokens"),
    ],
)
def test_what_cannot_be_is_said_before_any_work(
    tmp_path: Path, wanted: Student, message: str
) -> None:
    with pytest.raises(TrainerError, match=message):
        student.check(wanted, earlier(tmp_path / "earlier", floats.Floats()))


def test_attention_by_distance_cannot_be_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.be_teacher(monkeypatch, replace(tiny.SHAPE, buckets=8))
    with pytest.raises(TrainerError, match="not of shortened ones"):
        student.check(replace(SMALL, merge_over=8), None)


def test_a_recipe_that_goes_on_needs_the_bundle() -> None:
    with pytest.raises(TrainerError, match="not with it"):
        student.check(replace(SMALL, start="earlier"), None)
