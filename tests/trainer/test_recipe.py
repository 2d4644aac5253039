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


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"nowhere\.toml"):
        recipe.read(tmp_path / "nowhere.toml")
