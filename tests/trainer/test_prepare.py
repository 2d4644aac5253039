import json
import lzma
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from torch import Tensor

from asterisk_search.embedding.load import BUNDLED
from tests.trainer import tiny
from trainer import (
    atomic,
    checkpoint,
    grammar,
    prepare,
    prepared,
    sources,
    teach,
    teacher,
    tokens,
    train,
)
from trainer.bert import Encoder
from trainer.errors import TrainerError
from trainer.leaks import Guard
from trainer.lessons import Lessons
from trainer.recipe import Data, Pairs, Recipe

LONG = "one two three four five six seven eight nine ten eleven twelve"


def pack(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Two files of training data and an evaluation set, two of whose texts leak."""
    rows = [{"a": f"title {n}", "b": f"passage about number {n} and {n + 1}"} for n in range(20)]
    rows += [rows[0], {"a": "Title 1!", "b": "Passage about number 1 and 2."}]
    rows += [{"a": "x", "b": f"and so on: {LONG}, more"}, {"a": "Who was the first?", "b": "y"}]
    pack(tmp_path / "data" / "a.jsonl.xz", [json.dumps(row) for row in rows])
    pack(tmp_path / "data" / "plain.txt.xz", ["how to swim", '"""how to sing"""', ""])
    header = "score\tsentence1\tsentence2"
    pack(tmp_path / "eval" / "stsb" / "test.tsv.xz", [header, f"1\twho was the first\tsay {LONG}"])
    return tmp_path


def recipe_of(*files: Pairs, grammar_count: int = 0) -> Recipe:
    return replace(tiny.RECIPE, data=Data(cut=16, pairs=files, grammar=grammar_count))


A = Pairs("a.jsonl.xz", 100, "MIT", "here")
PLAIN = Pairs("plain.txt.xz", 100, "MIT", "here", contrast=False, texts=True)


def run(world: Path, recipe: Recipe) -> prepared.Prepared:
    out = world / "out"
    prepare.prepare(recipe, [world / "data"], world / "eval", BUNDLED, out)
    return prepared.load(out)


def test_it_keeps_each_pair_once_and_no_leak(world: Path) -> None:
    data = run(world, recipe_of(A, PLAIN))
    (first, second) = json.loads((world / "out" / "manifest.json").read_text())["sources"]
    assert (first["read"], first["kept"], first["repeated"], first["leaked"]) == (24, 20, 2, 2)
    assert second["kept"] == 2
    assert first["licence"] == "MIT"
    assert len(first["sha256"]) == 64
    assert data.pairs.shape == (22, 4)
    assert (data.pairs[20:, 1] == -1).all()


def test_a_training_split_may_be_trained_on_and_is_noted(world: Path) -> None:
    header = "score\tsentence1\tsentence2"
    lines = [header, "4.5\ta cat sits down\ta cat is sitting", "1\tWho was the first\tno one"]
    pack(world / "eval" / "stsb" / "train.tsv.xz", lines)
    scored = Pairs("stsb/train.tsv.xz", 9, "CC", "STS", contrast=False, scored=True)
    data = run(world, recipe_of(A, scored))
    assert data.saw == ("stsb/train",)
    assert data.scores[-1] == 4.5  # the other row repeats a question of the test
    assert np.isnan(data.scores[:-1]).all()
    counts = json.loads((world / "out" / "manifest.json").read_text())["sources"][1]
    assert (counts["kept"], counts["leaked"]) == (1, 1)


def test_no_other_split_may(world: Path) -> None:
    pack(world / "eval" / "sick-r" / "train.tsv.xz", ["score\tsentence1\tsentence2"])
    scored = Pairs("sick-r/train.tsv.xz", 9, "CC", "SICK", contrast=False, scored=True)
    with pytest.raises(TrainerError, match="may not be trained on"):
        run(world, recipe_of(scored))


def test_it_is_the_same_every_time(world: Path) -> None:
    first = run(world, recipe_of(A, grammar_count=50)).digest
    assert run(world, recipe_of(A, grammar_count=50)).digest == first


def test_texts_are_cut_and_framed(world: Path) -> None:
    data = run(world, recipe_of(A))
    ids, tokenizer = data.ids(0).tolist(), tokens.load(BUNDLED)
    assert ids[0] == tokenizer.token_to_id("[CLS]")
    assert ids[-1] == tokenizer.token_to_id("[SEP]")
    assert data.lengths().max() <= 16


def test_fewer_rows_are_a_sample(world: Path) -> None:
    assert len(run(world, recipe_of(replace(A, rows=5))).pairs) == 5


def test_a_missing_file_is_said_before_any_work(world: Path) -> None:
    with pytest.raises(TrainerError, match=r"no b\.jsonl\.xz"):
        run(world, recipe_of(A, replace(A, file="b.jsonl.xz")))
    assert not (world / "out").exists()


def test_a_truncated_file(world: Path) -> None:
    path = world / "data" / "a.jsonl.xz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(TrainerError, match="cannot be read to its end"):
        run(world, recipe_of(A))


@pytest.mark.parametrize("line", ['{"a": "x"}', "[1]", "{", "3"])
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str) -> None:
    pack(tmp_path / "x.jsonl.xz", ['{"a": "x", "b": "y"}', line])
    with pytest.raises(TrainerError, match="line 2"):
        sources.rows(tmp_path / "x.jsonl.xz", plain=False)


def test_prepared_data_that_were_altered(world: Path) -> None:
    run(world, recipe_of(A))
    path = world / "out" / "tokens.npy"
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(TrainerError, match="altered or cut short"):
        prepared.load(world / "out")


def test_the_guard() -> None:
    guard = Guard(["What is the capital of France?", f"Before. {LONG} after", "Paris"])
    assert guard.leaks("what is the CAPITAL of france")
    assert guard.leaks(f"something else, {LONG.title()}; something more")
    assert not guard.leaks("What is the capital of Spain?")
    assert not guard.leaks("Paris")


def test_made_up_sentences_differ_and_repeat_by_seed() -> None:
    made = grammar.sentences(500, seed=1)
    assert len(set(made)) == 500
    assert made == grammar.sentences(500, seed=1)
    assert made != grammar.sentences(500, seed=2)
    assert not [text for text in made if "  " in text or "{" in text]


def test_joined_texts_stand_alone_and_are_not_for_the_coach(world: Path) -> None:
    rows = [{"a": f"title {n}", "b": f"{n} " + "word " * 60} for n in range(9)]
    pack(world / "data" / "a.jsonl.xz", [json.dumps(row) for row in rows])
    recipe = recipe_of(A, PLAIN, grammar_count=5)
    recipe = replace(recipe, data=replace(recipe.data, joined=4))
    data = run(world, recipe)
    assert (data.pairs[-4:, 1:] == [-1, -1, 3]).all()
    last = json.loads((world / "out" / "manifest.json").read_text())["sources"][-1]
    assert (last["file"], last["kept"]) == ("(trainer.joined)", 4)
    asked = teach.coached(data, recipe)
    assert not asked[data.pairs[-4:, 0]].any()
    assert asked[data.pairs[-9:-4, 0]].all()


def test_changed_sentences_follow_what_they_are_made_of(world: Path) -> None:
    changed = replace(A, edits=2)
    data = run(world, recipe_of(changed, PLAIN))
    made = data.pairs[data.pairs[:, 3] == 4]  # after two sources, sentences and joined passages
    assert (made[:, 1] == -1).all()
    assert data.pairs[0, 1] in made[:, 0]  # the passage itself, among its changed copies
    assert 20 < len(made) <= 60
    assert teach.coached(data, recipe_of(changed, PLAIN))[made[:, 0]].all()


def test_another_teacher_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="no teacher in"):
        teacher.load(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(TrainerError, match="not the known teacher"):
        teacher.load(tmp_path)


def small_teacher(known: teacher.Known, folder: Path) -> Encoder:
    return tiny.network(seed=5, shape=replace(tiny.SHAPE, dim=0)).eval()


@pytest.fixture
def taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(teacher, "network", small_teacher)
    monkeypatch.setattr(teacher, "of", lambda _: teacher.MINILM)
    monkeypatch.setattr(teach, "BLOCK", 16)
    tiny.prepared(tmp_path / "data")
    return tmp_path


def vectors(folder: Path) -> NDArray[np.float16]:
    return np.array(teach.load(prepared.load(folder / "data"), folder / "taught"))


def test_teaching_goes_on_where_it_stopped(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    teach.teach(taught / "data", taught, taught / "taught")
    whole = vectors(taught)
    (taught / "taught" / "taught.json").unlink()
    real, calls = teach.encode, []

    def interrupted(encoder: Encoder, ids: Tensor, mask: Tensor) -> NDArray[np.float16]:
        calls.append(len(ids))
        if sum(calls) > 40:
            raise KeyboardInterrupt
        return real(encoder, ids, mask)

    monkeypatch.setattr(teach, "encode", interrupted)
    with pytest.raises(KeyboardInterrupt):
        teach.teach(taught / "data", taught, taught / "taught")
    with pytest.raises(TrainerError, match="32 of 60"):
        vectors(taught)
    monkeypatch.setattr(teach, "encode", real)
    teach.teach(taught / "data", taught, taught / "taught", threads=2)
    assert (vectors(taught) == whole).all()


def test_a_checkpoint_may_teach(taught: Path) -> None:
    coach = taught / "coach.pt"
    checkpoint.save(coach, train.moment(tiny.run(taught / "run")))
    teach.teach(taught / "data", taught, taught / "taught", coach=coach)
    assert vectors(taught).shape == (60, 8)
    with pytest.raises(TrainerError, match="of another teacher"):
        teach.teach(taught / "data", taught, taught / "taught")


def test_a_coach_cut_short(taught: Path) -> None:
    coach = taught / "coach.pt"
    checkpoint.save(coach, train.moment(tiny.run(taught / "run")))
    coach.write_bytes(coach.read_bytes()[:-2000])
    with pytest.raises(TrainerError, match="cannot be read"):
        teach.teach(taught / "data", taught, taught / "taught", coach=coach)
    assert not (taught / "taught").exists(), "said before any work"


def test_vectors_of_other_data_are_refused(taught: Path) -> None:
    teach.teach(taught / "data", taught, taught / "taught")
    tiny.prepared(taught / "data", count=20)
    with pytest.raises(TrainerError, match="other data"):
        vectors(taught)


def test_a_coach_is_asked_about_some_sources_only(taught: Path) -> None:
    coach = taught / "coach.pt"
    checkpoint.save(coach, train.moment(tiny.run(taught / "run")))
    apart = np.load(taught / "data" / "pairs.npy")
    apart[10:20, 3] = 1
    apart[20:, 3] = 2  # made-up sentences come behind the recipe's two sources
    np.save(taught / "data" / "pairs.npy", apart)
    vouch(taught / "data")
    pairs = (tiny.PAIRS, replace(tiny.PAIRS, coached=True))
    recipe = replace(tiny.RECIPE, data=replace(tiny.RECIPE.data, pairs=pairs))
    teach.teach(taught / "data", taught, taught / "taught", coach=coach, recipe=recipe)
    with pytest.raises(TrainerError, match="of another teacher"):
        teach.teach(taught / "data", taught, taught / "taught", coach=coach)
    asked = vectors(taught).any(axis=1)
    assert asked.tolist() == [False] * 20 + [True] * 40
    said = Lessons(vectors(taught), np.eye(8, dtype=np.float32), (vectors(taught),))
    assert said.coached(np.array([19, 20])) is None
    found = said.coached(np.array([20, 59]))
    assert found is not None
    assert found.norm(dim=1).numpy() == pytest.approx(1)


def vouch(folder: Path) -> None:
    """Let the manifest say what the files are now."""
    path = folder / "manifest.json"
    facts = json.loads(path.read_text())
    facts["files"] = {name: atomic.sha256(folder / name) for name in facts["files"]}
    atomic.write_json(path, facts)


def test_vectors_cut_short(taught: Path) -> None:
    teach.teach(taught / "data", taught, taught / "taught")
    path = taught / "taught" / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(TrainerError, match="cut short"):
        vectors(taught)
