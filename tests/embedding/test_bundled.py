from asterisk_search.embedding import bundle, pin
from asterisk_search.embedding.load import BUNDLED, load_embedder

LIMIT = 25_000_000


def test_the_manifest_is_the_pinned_one() -> None:
    assert bundle.sha256((BUNDLED / bundle.MANIFEST).read_bytes()) == pin.MANIFEST_SHA256
    assert load_embedder().fingerprint == pin.MANIFEST_SHA256


def test_every_file_is_what_the_manifest_states() -> None:
    bundled = bundle.load(BUNDLED, expected=pin.MANIFEST_SHA256)
    for name in bundled.manifest.files:
        bundled.read(name)


def test_the_bundle_fits_into_a_wheel() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= LIMIT


def test_it_brings_no_other_file_along() -> None:
    names = {path.name for path in BUNDLED.iterdir()}
    assert names == {bundle.MODEL, bundle.TOKENIZER, bundle.MANIFEST}


def test_it_says_where_it_comes_from() -> None:
    manifest = bundle.load(BUNDLED).manifest
    assert manifest.dim == 256
    assert manifest.base.licence == "Apache-2.0"
    assert manifest.training.recipe_sha256
    assert manifest.training.data_sha256
    assert manifest.training.saw == ("stsb/train",)
    assert manifest.evaluation["stsb/dev"]["spearman"] > 0.84
