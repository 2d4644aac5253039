"""A model of one's own: made into a bundle, put in place of another while that one answers."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from asterisk_search.answers import Mode, Query
from asterisk_search.config import ModelSettings, Settings
from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Prefixes
from asterisk_search.embedding.load import BUNDLED, load_embedder
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from trainer.errors import TrainerError
from trainer.foreign import export_foreign

WIDTH, INNER, HEADS, LAYERS, POSITIONS = 16, 32, 2, 2, 64


def weights(vocabulary: int) -> dict[str, Tensor]:
    """Random tensors under the names that BERT checkpoints use."""
    torch.manual_seed(5)
    found = {
        "embeddings.word_embeddings.weight": torch.randn(vocabulary, WIDTH),
        "embeddings.position_embeddings.weight": torch.randn(POSITIONS, WIDTH) * 0.1,
        "embeddings.token_type_embeddings.weight": torch.randn(2, WIDTH) * 0.1,
        "embeddings.LayerNorm.weight": torch.ones(WIDTH),
        "embeddings.LayerNorm.bias": torch.zeros(WIDTH),
    }
    sizes = {
        "attention.self.query": (WIDTH, WIDTH), "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH), "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER),
    }  # fmt: skip
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        for name, size in sizes.items():
            found[f"{at}{name}.weight"] = torch.randn(size) * 0.2
            found[f"{at}{name}.bias"] = torch.randn(size[0]) * 0.1
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            found[f"{at}{name}.weight"] = torch.ones(WIDTH)
            found[f"{at}{name}.bias"] = torch.zeros(WIDTH)
    return {f"bert.{name}": tensor.contiguous() for name, tensor in found.items()}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign") / "tiny-bert"
    folder.mkdir()
    shutil.copy(BUNDLED / bundle.TOKENIZER, folder / "tokenizer.json")
    vocabulary = load_embedder().bundle.read(bundle.TOKENIZER)
    size = len(json.loads(vocabulary)["model"]["vocab"])
    (folder / "config.json").write_text(
        json.dumps({
            "model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12,
            "vocab_size": size, "hidden_size": WIDTH, "num_attention_heads": HEADS,
            "num_hidden_layers": LAYERS, "intermediate_size": INNER,
            "max_position_embeddings": POSITIONS,
        })
    )  # fmt: skip
    save_file(weights(size), folder / "model.safetensors")
    return folder


@pytest.fixture(scope="module")
def made(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "bundle"
    export_foreign(model, out, "MIT", Prefixes("passage: ", "query: "))
    return out


def test_a_foreign_model_becomes_a_bundle_that_computes_the_same(made: Path) -> None:
    with load_embedder(made) as embedder:
        assert (embedder.dim, embedder.max_tokens) == (WIDTH, POSITIONS - 2)
        assert embedder.bundle.manifest.base.name == "tiny-bert"
        passage, query = embedder.embed(["bread"])[0], embedder.embed(["bread"], "query")[0]
        assert passage @ query < 0.9999


@pytest.mark.parametrize(
    ("key", "value"),
    [("model_type", "roberta"), ("hidden_act", "relu"), ("layer_norm_eps", 1e-5),
     ("hidden_size", None), ("num_hidden_layers", 5)],
)  # fmt: skip
def test_another_kind_of_model_is_refused(
    model: Path, tmp_path: Path, key: str, value: object
) -> None:
    folder = shutil.copytree(model, tmp_path / "other")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, key: value}))
    with pytest.raises(TrainerError):
        export_foreign(folder, tmp_path / "out", "MIT", Prefixes())


def test_other_pooling_and_missing_files_are_refused(model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model, tmp_path / "other")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    with pytest.raises(TrainerError, match="mean over the tokens"):
        export_foreign(folder, tmp_path / "out", "MIT", Prefixes())
    with pytest.raises(TrainerError, match="cannot be read"):
        export_foreign(tmp_path / "nowhere", tmp_path / "out", "MIT", Prefixes())


class Interrupting(Silent):
    """Interrupts when embedding begins."""

    def begin(self, phase: str, total: int, unit: str) -> None:
        if phase == "embed":
            raise KeyboardInterrupt


def test_the_old_vectors_answer_until_the_new_ones_are_there(made: Path, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    for name, text in {"Bread": "Flour and patience.", "Raft": "Servers elect a leader."}.items():
        (vault / f"{name}.md").write_text(text)
    data = str(tmp_path / "data")
    before, after = Library(Settings(data)), Library(Settings(data, model=ModelSettings(str(made))))
    before.register([str(vault)])
    before.update(None, Silent())
    old = before.status().model
    by_meaning = Query("who leads the machines", mode=Mode.SEMANTIC)

    with pytest.raises(KeyboardInterrupt):
        after.update(None, Interrupting())
    status = after.status()
    assert (status.model, bool(status.next_model), status.pending) == (old, True, 2)
    answer = after.search(by_meaning)
    assert answer.results[0].passage.title == "Raft"
    assert any("another model" in notice for notice in answer.notices)

    after.update(None, Silent())
    status = after.status()
    assert status.model != old
    assert (status.next_model, status.pending) == ("", 0)
    assert after.search(by_meaning).mode is Mode.SEMANTIC
    assert before.update(None, Silent()).embedded == 0  # going back costs nothing
    before.close()
    after.close()


def test_words_answer_when_the_old_model_is_gone(made: Path, tmp_path: Path) -> None:
    vault, bundled = tmp_path / "vault", shutil.copytree(made, tmp_path / "own")
    vault.mkdir()
    (vault / "Raft.md").write_text("Servers elect a leader.")
    data = str(tmp_path / "data")
    own = Library(Settings(data, model=ModelSettings(str(bundled))))
    own.register([str(vault)])
    own.update(None, Silent())
    own.close()
    shutil.rmtree(bundled)
    usual = Library(Settings(data))
    answer = usual.search(Query("leader"))
    assert answer.results[0].passage.title == "Raft"
    assert "no longer there" in (answer.degraded_reason or "")
    with pytest.raises(EmbedderUnavailable):
        usual.search(Query("leader", mode=Mode.SEMANTIC))
    usual.close()
