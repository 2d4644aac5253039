"""The example that uses the bundle without the program finds what the program finds."""

import subprocess
import sys
from pathlib import Path

from asterisk_search.embedding.load import BUNDLED, load_embedder

EXAMPLE = Path(__file__).parents[2] / "examples" / "embed_onnx.py"
QUESTION = "how do I bake bread"
TEXTS = ("Knead the dough and let it rise.", "The train leaves at nine.")


def test_the_example_prints_the_cosines_of_the_programs_vectors() -> None:
    command = [sys.executable, str(EXAMPLE), str(BUNDLED), QUESTION, *TEXTS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    with load_embedder() as embedder:
        question, *vectors = embedder.embed([QUESTION, *TEXTS])
    printed = [line.split("  ", 1) for line in done.stdout.splitlines()]
    assert [text for _, text in printed] == list(TEXTS)
    for (number, _), vector in zip(printed, vectors, strict=True):
        assert abs(float(number) - float(question @ vector)) < 2e-3
