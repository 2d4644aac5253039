"""The keys that a TOML file of nested records may have, and what is meant by one that it may not.

Not run by itself; `trainer.recipe` reads recipes with it.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path

from trainer.errors import TrainerError


def unknown(path: Path, key: str, record: type, lists: Mapping[str, type]) -> TrainerError:
    """An error that names the unknown key and the known one nearest to it.

    ``lists`` says of which records the lists are that have these names.
    """
    near = get_close_matches(key, known(record, lists), n=1)
    return TrainerError(
        f"recipe {path}: unknown key {key!r}", hint=f"did you mean {near[0]!r}?" if near else ""
    )


def known(record: type, lists: Mapping[str, type]) -> set[str]:
    """Every key that may stand somewhere in such a file."""
    keys: set[str] = set()
    for part in fields(record):
        keys.add(part.name)
        inner = lists.get(part.name, part.type)
        if isinstance(inner, type) and is_dataclass(inner):
            keys |= known(inner, lists)
    return keys
