"""What a TOML file of nested records may say, what it does say, and what an unknown key means.

Not run by itself; `trainer.recipe` reads recipes with it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

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


def said(value: object) -> object:
    """What a recipe says: records as tables of what is not at its default."""
    if isinstance(value, tuple):
        return [said(one) for one in value]
    if not is_dataclass(value):
        return value
    return {
        part.name: said(found)
        for part in fields(value)
        if (found := getattr(value, part.name)) != default(part)
    }


def default(part: Field[Any]) -> object:
    """What a field is when nobody says it."""
    return part.default if part.default_factory is MISSING else part.default_factory()
