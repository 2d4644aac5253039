from pathlib import Path

import pytest

from trainer import recipe
from trainer.errors import TrainerError

RECIPES = sorted((Path(__file__).parents[2] / "trainer" / "recipes").glob("*.toml"))
GOOD = """
name = "r"
seed = 1
[student]
layers = [0, 3]
dim = 8
max_tokens = 16
[train]
batch_tokens = 64
batch_pairs = 4
epochs = 1
rate = 1e-3
warmup = 1
cooldown = 1
[data]
cut = 16
[[data.pairs]]
file = "a"
rows = 2
licence = "MIT"
origin = "here"
"""


def read(folder: Path, text: str) -> recipe.Recipe:
    path = folder / "recipe.toml"
    path.write_text(text)
    return recipe.read(path)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_committed_recipe_is_one(path: Path) -> None:
    assert recipe.read(path).name == path.stem


def test_a_good_one(tmp_path: Path) -> None:
    made = read(tmp_path, GOOD)
    assert made.student.layers == (0, 3)
    assert made.loss.scale == 20.0
    assert made.data.pairs[0].contrast


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("warmup", "warmupp"),
        ("batch_pairs", "batch_pair"),
        ("licence", "license"),
        ("seed", "sead"),
    ],
)
def test_an_unknown_key_gets_a_suggestion(tmp_path: Path, typed: str, meant: str) -> None:
    with pytest.raises(TrainerError) as caught:
        read(tmp_path, GOOD + f"[loss]\n{meant} = 1\n")
    assert repr(meant) in caught.value.message
    assert repr(typed) in caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs = 1", "", "epochs"),
        ("epochs = 1", 'epochs = "many"', "epochs"),
        ("dim = 8", "dim = 8.5", "dim"),
        ("[student]", "[student", "recipe"),
        ('name = "r"', "name = 3", "name"),
    ],
)
def test_what_is_missing_or_of_another_type(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(TrainerError, match=message):
        read(tmp_path, GOOD.replace(old, new))


LONG = GOOD.replace("max_tokens = 16", "max_tokens = 16\nmerge_after = 1\nmerge_over = 8")


@pytest.mark.parametrize(("text", "over"), [(LONG, 4), (GOOD, 8)])
def test_no_graph_shortens_what_the_training_did_not(tmp_path: Path, text: str, over: int) -> None:
    with pytest.raises(TrainerError, match=f"texts of {over} tokens") as caught:
        read(tmp_path, text + f"[export]\nmerge_over = {over}\n")
    assert "[student] merge_over" in caught.value.hint


ROUND = GOOD.replace("max_tokens = 16", "max_tokens = 16\nmerge_over = 8\nrare = 0.3")


@pytest.mark.parametrize(("text", "share"), [(ROUND, 0.2), (GOOD, 0.5)])
def test_no_graph_lets_more_go_round_than_the_training_did(
    tmp_path: Path, text: str, share: float
) -> None:
    with pytest.raises(TrainerError, match=f"lets {share} through") as caught:
        read(tmp_path, text + f"[export]\nrare = {share}\n")
    assert "[student] rare" in caught.value.hint


@pytest.mark.parametrize("wanted", ["block = 4", "block = -1", "ending = true"])
def test_no_graph_goes_ways_of_which_the_training_knows_nothing(
    tmp_path: Path, wanted: str
) -> None:
    with pytest.raises(TrainerError, match=r"\[export\] \w+ needs \[student\]"):
        read(tmp_path, GOOD + f"[export]\n{wanted}\n")


def test_shares_of_tokens_are_shares(tmp_path: Path) -> None:
    assert read(tmp_path, ROUND + "[export]\nrare = 0.5\n").export.rare == 0.5
    with pytest.raises(TrainerError, match="rare is a share"):
        read(tmp_path, ROUND + "[export]\nrare = 1.0\n")


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_what_the_run_began_with_has_a_share(tmp_path: Path, share: float) -> None:
    with pytest.raises(TrainerError, match="beginning is a share"):
        read(tmp_path, GOOD + f"[export]\nbeginning = {share}\n")


def test_other_shares_are_shares_too(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="dropout is a share"):
        read(tmp_path, GOOD.replace("rate = 1e-3", "rate = 1e-3\ndropout = 1.0"))
    for share in ("0.0", "1.5"):
        with pytest.raises(TrainerError, match="coach_share is a share"):
            read(tmp_path, GOOD + f"[loss]\ncoach_share = {share}\n")


@pytest.mark.parametrize("shares", ["[]", "[0.5, 0.4]", "[1.2, -0.2]", "[1.0, 0.0]"])
def test_the_coaches_make_up_a_whole(tmp_path: Path, shares: str) -> None:
    with pytest.raises(TrainerError, match="coaches are shares above 0 that add up to 1"):
        read(tmp_path, GOOD + f"[loss]\ncoaches = {shares}\n")
    assert read(tmp_path, GOOD + "[loss]\ncoaches = [0.7, 0.2, 0.1]\n").loss.coaches[2] == 0.1


@pytest.mark.parametrize(("count", "why"), [(-3, "number"), (1, "number"), (8, "coached = true")])
def test_neighbours_are_of_a_coached_source(tmp_path: Path, count: int, why: str) -> None:
    near = GOOD.replace("rate = 1e-3", f"rate = 1e-3\nneighbours = {count}")
    with pytest.raises(TrainerError, match=f"neighbours .*{why}"):
        read(tmp_path, near)
    if count > 1:
        coached = near.replace('licence = "MIT"', 'licence = "MIT"\ncoached = true')
        with pytest.raises(TrainerError, match="no wrong answers"):
            read(tmp_path, coached)
        alone = coached.replace("coached = true", "coached = true\ncontrast = false")
        assert read(tmp_path, alone).train.neighbours == count


@pytest.mark.parametrize("key", ["parallel", "together"])
def test_a_step_has_a_batch(tmp_path: Path, key: str) -> None:
    with pytest.raises(TrainerError, match="a step needs a batch"):
        read(tmp_path, GOOD.replace("rate = 1e-3", f"rate = 1e-3\n{key} = 0"))


@pytest.mark.parametrize("length", [0, 8])
def test_a_beginning_is_shorter_than_the_vector(tmp_path: Path, length: int) -> None:
    with pytest.raises(TrainerError, match="beginnings are shorter"):
        read(tmp_path, GOOD + f"[loss]\nbeginnings = [4, {length}]\n")


def test_what_is_chosen_after_the_training_makes_no_other_training(tmp_path: Path) -> None:
    digest = read(tmp_path, LONG).digest()
    assert read(tmp_path, LONG + "[export]\nmerge_over = 12\nbeginning = 0.5\n").digest() == digest
    assert read(tmp_path, LONG.replace("cooldown = 1", "cooldown = 3")).digest() == digest
    assert read(tmp_path, LONG.replace("rate = 1e-3", "rate = 2e-3")).digest() != digest
    assert read(tmp_path, LONG.replace('"MIT"', '"MIT"\nrepeat = 2')).digest() != digest


def test_what_is_said_though_it_is_the_default_makes_none_either(tmp_path: Path) -> None:
    said = LONG.replace("dim = 8", "dim = 8\nheads = 0") + "[loss]\nscale = 20.0\n[export]\n"
    assert read(tmp_path, said).digest() == read(tmp_path, LONG).digest()


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"nowhere\.toml"):
        recipe.read(tmp_path / "nowhere.toml")
