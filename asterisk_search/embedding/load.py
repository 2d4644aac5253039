"""From a path, or from none, to an embedder."""

from pathlib import Path

from asterisk_search.embedding import bundle, pin
from asterisk_search.embedding.onnx import OnnxEmbedder

BUNDLED = Path(__file__).parent / "bundled"


def load_embedder(
    path: Path | None = None, threads: int = 1, *, mend: str = bundle.REINSTALL
) -> OnnxEmbedder:
    """The embedder of the bundle at ``path``, or of the one that comes with the program.

    ``mend`` is the hint when the one at ``path`` cannot be used.

    Only the manifest is read now; the tokenizer and the model are read, and verified, when they
    are first needed. Close the embedder, or use it as a context manager.

    Raises:
        BundleError: no usable bundle there.
    """
    if path is None:
        return OnnxEmbedder(bundle.load(BUNDLED, expected=pin.MANIFEST_SHA256), threads)
    return OnnxEmbedder(bundle.load(path, mend=mend), threads)
