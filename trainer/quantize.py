"""A float bundle becomes an eight-bit one, a quarter of its size.

Run: ``python -m trainer quantize --bundle DIR --out DIR``

The weights are read back from the float graph, whose constants carry their names; no torch.
What it costs in quality, `evaluate` says.
"""

from dataclasses import replace
from pathlib import Path

from asterisk_search.embedding import bundle
from trainer import graph, integers, teacher, weights


def quantize(source: Path, out: Path) -> None:
    """Write the eight-bit bundle of a float one.

    Raises:
        BundleError: there is no usable bundle at ``source``.
    """
    original = bundle.load(source)
    found = weights.read(original.read(bundle.MODEL), teacher.SHAPE.head)
    model = graph.build(found, teacher.SHAPE.head, integers.Integers())
    contents = {
        bundle.MODEL: model.SerializeToString(),
        bundle.TOKENIZER: original.read(bundle.TOKENIZER),
    }
    made = bundle.write(out, replace(original.manifest, evaluation={}), contents)
    total = sum(content.size for content in made.manifest.files.values())
    print(f"{out}: {total / 1e6:.1f} MB")
