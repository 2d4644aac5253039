"""Frozen records to JSON-ready data and back, nothing lost: between two processes of one version.

What leaves the program has a documented shape instead (`service.wire`). Bytes become hexadecimal
text, enumerations their values, tuples lists. A decoder is made once for each type, from its hints.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
Decoder = Callable[[Any], Any]


def encoded(value: object) -> Any:  # noqa: ANN401 - JSON has no type
    """A record, or a sequence of them, as JSON-ready data."""
    if is_dataclass(value):
        return {item.name: encoded(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list | frozenset):
        return [encoded(item) for item in value]
    return value


def decoded(kind: type[Record], data: object) -> Record:
    """The record of that type.

    Raises:
        ValueError, TypeError, KeyError: ``data`` was not made of one.
    """
    hint: Any = kind
    record: Record = _decoder(hint)(data)
    return record


@cache
def _decoder(kind: Any) -> Decoder:  # noqa: ANN401 - a type hint has no type
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (some,) = [hint for hint in get_args(kind) if hint is not NoneType]
        inner = _decoder(some)
        return lambda data: None if data is None else inner(data)
    if origin is tuple:
        return _tuple(get_args(kind))
    if is_dataclass(kind):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return bytes.fromhex if kind is bytes else _same


def _same(data: Any) -> Any:  # noqa: ANN401 - JSON has no type
    return data


def _tuple(hints: tuple[Any, ...]) -> Decoder:
    if len(hints) == 2 and hints[1] is Ellipsis:
        every = _decoder(hints[0])
        return lambda data: tuple(map(every, data))
    each = [_decoder(hint) for hint in hints]
    return lambda data: tuple(one(item) for one, item in zip(each, data, strict=True))


def _record(kind: Any) -> Decoder:  # noqa: ANN401 - any dataclass
    hints = get_type_hints(kind)
    decoders = {item.name: _decoder(hints[item.name]) for item in fields(kind)}

    def decode(data: Any) -> Any:  # noqa: ANN401 - see above
        return kind(**{name: one(data[name]) for name, one in decoders.items()})

    return decode
