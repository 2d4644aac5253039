"""From weights to bundles: the graph computes what the network computes."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from click.testing import CliRunner
from numpy.typing import NDArray

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Base, Bundle, Manifest, Training
from asterisk_search.embedding.load import BUNDLED
from asterisk_search.embedding.onnx import OnnxEmbedder
from tests.trainer import tiny
from tests.trainer.sessions import IDS, MASK, run
from trainer import (
    checkpoint,
    encoders,
    evaluate,
    export,
    graph,
    integers,
    quantize,
    release,
    tasks,
    tokens,
    train,
)
from trainer import weights as weights_of
from trainer.bert import Shape
from trainer.cli import main
from trainer.encoders import Stage
from trainer.errors import TrainerError
from trainer.floats import Floats, Numbers
from trainer.nodes import Weights

BOTH = pytest.mark.parametrize("numbers", [Floats(), integers.Integers()], ids=["f32", "int8"])


@pytest.fixture
def weights() -> dict[str, NDArray[np.float32]]:
    return export.numpy_weights(tiny.network())


def by_torch(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    with torch.inference_mode():
        found: NDArray[np.float32] = (
            tiny.network().eval()(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
        )
    return found


def built(weights: Weights, numbers: Numbers) -> bytes:
    model: bytes = graph.build(weights, tiny.SHAPE.head, numbers).SerializeToString()
    return model


def floats(weights: Weights) -> bytes:
    return built(weights, Floats())


def test_the_float_graph_is_the_network(weights: Weights) -> None:
    assert run(floats(weights), IDS, MASK) == pytest.approx(by_torch(IDS, MASK), abs=1e-6)


@BOTH
@pytest.mark.parametrize("row", range(len(IDS)))
def test_a_text_has_the_same_vector_alone_and_among_others(
    weights: Weights, numbers: Numbers, row: int
) -> None:
    model = built(weights, numbers)
    among = run(model, IDS, MASK)[row]
    padded = run(model, IDS[row : row + 1], MASK[row : row + 1])[0]
    longest = int(MASK[row].nonzero()[0].max()) + 1
    cut = run(model, IDS[row : row + 1, :longest], MASK[row : row + 1, :longest])[0]
    assert among.tobytes() == padded.tobytes() == cut.tobytes()


@BOTH
def test_the_text_of_one_token_and_no_text_at_all(weights: Weights, numbers: Numbers) -> None:
    model = built(weights, numbers)
    one = run(model, IDS[:1, :1], MASK[:1, :1])
    assert (one * by_torch(IDS[:1, :1], MASK[:1, :1])).sum() > 0.99
    assert run(model, IDS[:0], MASK[:0]).shape == (0, tiny.SHAPE.dim)


@pytest.mark.parametrize("shape", [tiny.SHAPE, replace(tiny.SHAPE, heads=1)], ids=["all", "fewer"])
def test_the_integer_graph_is_near_with_heads_that_do_not_fill_the_width(shape: Shape) -> None:
    network = tiny.network(shape=shape).eval()
    model = built(export.numpy_weights(network), integers.Integers())
    with torch.inference_mode():
        wanted = network(torch.from_numpy(IDS), torch.from_numpy(MASK)).numpy()
    assert (run(model, IDS, MASK) * wanted).sum(1).min() > 0.99


def test_only_activations_are_rounded_anew(weights: Weights) -> None:
    """The eight-bit graph and the float one of the same, rounded weights are all but equal."""
    model = built(weights, integers.Integers())
    rounded = floats(weights_of.read(model, tiny.SHAPE.head))
    assert (run(model, IDS, MASK) * run(rounded, IDS, MASK)).sum(1).min() > 0.999


def test_eight_bits_of_eight_bits_are_the_same(weights: Weights) -> None:
    once = built(weights, integers.Integers())
    twice = built(weights_of.read(once, tiny.SHAPE.head), integers.Integers())
    first, second = (
        {one.name: one for one in onnx.load_from_string(model).graph.initializer}
        for model in (once, twice)
    )
    for name, constant in first.items():
        if constant.data_type == onnx.TensorProto.INT8:
            assert second[name].raw_data == constant.raw_data, name


def test_weights_are_stored_outside_the_loop(weights: Weights) -> None:
    model = onnx.load_from_string(built(weights, integers.Integers()))
    loop = next(node for node in model.graph.node if node.op_type == "Loop")
    assert [len(one.g.initializer) for one in loop.attribute] == [0]


def test_integers_by_hand() -> None:
    found = integers.quantized(np.array([[1.0, -2.0], [0.0, 0.0]], dtype=np.float32), 64)
    assert found.values.tolist() == [[32, -64], [0, 0]]
    assert found.scales[0] == pytest.approx(2 / 64)


def test_two_products_of_a_matrix_fit_into_sixteen_bits() -> None:
    assert 2 * 255 * integers.MATRIX_TOP < 2**15


@BOTH
def test_weights_come_back_from_the_graph(weights: Weights, numbers: Numbers) -> None:
    found = weights_of.read(built(weights, numbers), tiny.SHAPE.head)
    rounding = 0.5 / integers.MATRIX_TOP if isinstance(numbers, integers.Integers) else 1e-6
    for name, value in weights.items():
        assert found[name] == pytest.approx(value, abs=rounding * float(np.abs(value).max())), name


@pytest.fixture
def floating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    shape = replace(tiny.SHAPE, vocabulary=30522)
    tiny.be_teacher(monkeypatch, shape)
    manifest = Manifest("tiny", 8, 22, {}, Base("none", "MIT"), training=Training(saw=("stsb",)))
    tokenizer = (BUNDLED / bundle.TOKENIZER).read_bytes()
    model = floats(export.numpy_weights(tiny.network(shape=shape)))
    contents = {bundle.MODEL: model, bundle.TOKENIZER: tokenizer}
    return bundle.write(tmp_path / "float", manifest, contents)


def test_from_float_to_release(floating: Bundle, tmp_path: Path) -> None:
    quantize.quantize(floating.folder, tmp_path / "int8")
    small = bundle.load(tmp_path / "int8")
    results = tmp_path / "dev.json"
    results.write_text(
        json.dumps({"fingerprint": small.fingerprint, "scores": {"stsb/dev": {"spearman": 0.5}}})
    )
    release.release(small.folder, results, tmp_path / "product")
    pin: dict[str, str] = {}
    exec((tmp_path / "product" / "pin.py").read_text(), pin)
    made = bundle.load(tmp_path / "product" / "bundled", expected=pin["MANIFEST_SHA256"])
    assert made.manifest.evaluation["stsb/dev"]["spearman"] == 0.5
    assert made.manifest.training.saw == ("stsb",)


def test_eight_bits_that_change_the_vectors_are_refused(
    floating: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integers, "MATRIX_TOP", 1)
    monkeypatch.setattr(integers, "TABLE_TOP", 1)
    with pytest.raises(TrainerError, match="eight bits change the vectors"):
        quantize.quantize(floating.folder, tmp_path / "int8")
    assert not (tmp_path / "int8").exists()


@pytest.mark.parametrize("after", [0.844, math.nan])
def test_a_loss_of_quality_is_refused(after: float) -> None:
    quantize.check_loss(0.85, 0.846)
    with pytest.raises(TrainerError, match="eight bits lose"):
        quantize.check_loss(0.85, after)


def test_a_graph_that_differs_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "parity", lambda *_: 0.1)
    shape = replace(tiny.SHAPE, vocabulary=30522)
    run = train.start(tiny.RECIPE, tiny.prepared(tmp_path), tiny.network(shape=shape), torch.eye(8))
    checkpoint.save(tmp_path / "c.pt", train.moment(run))
    tiny.be_known(monkeypatch, replace(shape, positions=24))
    with pytest.raises(TrainerError, match="differs from the network"):
        export.export(tiny.RECIPE, tmp_path / "c.pt", tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_that_saw_a_test_has_no_score(tmp_path: Path) -> None:
    moment = replace(train.moment(tiny.run(tmp_path / "data")), saw=("sick-r/test",))
    checkpoint.save(tmp_path / "c.pt", moment)
    stage = encoders.stage(f"checkpoint:{tmp_path / 'c.pt'}", BUNDLED, 1)
    with pytest.raises(TrainerError, match="trained on texts of sick-r/test"):
        evaluate.refuse_seen(stage, tasks.TEST)


def test_every_stage_of_a_bundle_gives_the_same_vectors(floating: Bundle) -> None:
    texts = ["a question", "a much longer text about something else"] * 2
    by_product = encoders.stage(f"bundle:{floating.folder}", BUNDLED, 1).encode(texts)
    by_runtime = encoders.stage(f"onnx:{floating.folder}", BUNDLED, 1).encode(texts)
    assert by_runtime == pytest.approx(by_product, abs=1e-5)


def test_scores_of_the_same_model_are_kept_beside_new_ones(tmp_path: Path) -> None:
    def result(fingerprint: str, name: str) -> dict[str, object]:
        return {"fingerprint": fingerprint, "scores": {name: {"x": 1.0}}, "data": {name: "0"}}

    for fingerprint, name in (("a", "one"), ("a", "two")):
        evaluate.write(tmp_path / "dev.json", result(fingerprint, name))
    assert set(json.loads((tmp_path / "dev.json").read_text())["scores"]) == {"one", "two"}
    evaluate.write(tmp_path / "dev.json", result("b", "three"))
    assert set(json.loads((tmp_path / "dev.json").read_text())["scores"]) == {"three"}


def test_an_unknown_stage_names_the_known_ones() -> None:
    with pytest.raises(TrainerError) as caught:
        encoders.stage("nothing", BUNDLED, 1)
    assert "product" in caught.value.hint


def test_scores_of_another_bundle_are_no_release(floating: Bundle, tmp_path: Path) -> None:
    results = tmp_path / "dev.json"
    results.write_text(json.dumps({"fingerprint": "0" * 64, "scores": {}}))
    with pytest.raises(TrainerError, match="scores of another bundle"):
        release.release(floating.folder, results, tmp_path / "product")


def test_what_is_too_large_is_no_release(
    floating: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "LIMIT", 1000)
    with pytest.raises(TrainerError, match="the limit is 1000"):
        release.release(floating.folder, tmp_path / "dev.json", tmp_path / "product")


def test_a_seen_test_has_no_score() -> None:
    stage = Stage(
        lambda texts: np.zeros((len(texts), 2), dtype=np.float32), Training(saw=("stsb",))
    )
    evaluate.refuse_seen(stage, ["stsb/dev", "sick-r/test"])
    with pytest.raises(TrainerError, match="trained on texts of stsb/test"):
        evaluate.refuse_seen(stage, tasks.TEST)


def test_the_commands_say_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["quantize", "--bundle", str(tmp_path), "--out", "x"])
    assert found.exit_code == 1
    assert "the folder is empty" in found.output
    assert "restore the bundle" in found.output


def test_a_checkpoint_becomes_a_bundle(tmp_path: Path) -> None:
    shape = replace(tiny.SHAPE, vocabulary=30522)
    network = tiny.network(shape=shape).eval()
    manifest = Manifest("tiny", 8, 22, {}, Base("none", "MIT"))
    tokenizer = (BUNDLED / bundle.TOKENIZER).read_bytes()
    model = floats(export.numpy_weights(network))
    contents = {bundle.MODEL: model, bundle.TOKENIZER: tokenizer}
    made = bundle.write(tmp_path / "float", manifest, contents)
    with OnnxEmbedder(made) as embedder:
        difference = export.parity(network, tokens.load(BUNDLED), embedder, 22)
    assert difference < export.TOLERANCE
