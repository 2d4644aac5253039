"""Files that say what is expected, and are replaced when the new text is accepted."""

from pathlib import Path


def golden(path: Path, made: str, accept: bool) -> str:
    """What is expected: the text of ``path``, which becomes ``made`` if that is accepted."""
    if accept:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    return path.read_text(encoding="utf-8")
