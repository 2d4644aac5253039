"""Properties: the YAML block that may open a note."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

_FENCE = re.compile(r"---[ \t]*")
_BRACKETS = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|[\[\]{}]")
_NESTED_DASHES = re.compile(r"(?:[-?:] ){40}")
_RESCUED = re.compile(r"([\w][\w -]*):\s*(.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MAX_LENGTH = 256_000
_MAX_DEPTH = 60
_MAX_VALUES = 5_000


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of a note as text; `values` has one pair for each item of a list."""

    values: tuple[tuple[str, str], ...] = ()
    lines: int = 0
    """Lines the block takes, both fences counted; 0 when there is none."""
    error: str = ""
    single: frozenset[str] = frozenset()
    """Names of properties that hold one text where others hold a list."""

    def all(self, *names: str) -> tuple[str, ...]:
        """Return the values of the properties of these names, in order of the names."""
        return tuple(value for name in names for key, value in self.values if key == name)


def split(text: str) -> tuple[str, int]:
    """Return the inside of the property block and the number of lines it takes with its fences.

    A note has one only if its first line is exactly ``---`` and a later line is too (Obsidian
    help, "Properties"); otherwise ``("", 0)``.
    """
    if not text.startswith("---"):
        return "", 0
    first, _, _ = text.partition("\n")
    if not _FENCE.fullmatch(first):
        return "", 0
    position, count = len(first) + 1, 1
    while 0 < position < len(text):
        end = text.find("\n", position)
        line = text[position:] if end < 0 else text[position:end]
        count += 1
        if _FENCE.fullmatch(line):
            return text[len(first) + 1 : max(position - 1, len(first) + 1)], count
        position = end + 1
    return "", 0


def read_properties(text: str) -> Properties:
    """Return the properties of a note; YAML that cannot be read is rescued line by line."""
    inside, lines = split(text)
    if not lines:
        return Properties()
    try:
        metadata, _ = frontmatter.parse(f"---\n{inside}\n---\n", handler=ObsidianHandler())
        single = frozenset(key for key, value in metadata.items() if isinstance(value, str))
        return Properties(tuple(_flatten(metadata)), lines, single=single)
    except (yaml.YAMLError, ValueError) as error:
        values = tuple(islice(_rescue(inside), _MAX_VALUES))
        counts = Counter(key for key, _ in values)
        single = frozenset(key for key, count in counts.items() if count == 1)
        return Properties(values, lines, _brief(error), single)


class ObsidianHandler(YAMLHandler):
    """Reads the block without building objects: each scalar stays the text that was typed.

    ``12:30:00`` is not a number of seconds, ``no`` is not false, ``1.10`` keeps its zero, and
    dates keep their form (YAML 1.2 leaves such readings to the application). Merge keys and tags
    are not acted on, so no document is larger in memory than on disk.
    """

    def split(self, text: str) -> tuple[str, str]:
        """Return the inside of the block and what follows it, by the rule of `split`."""
        inside, lines = split(text)
        return inside, "\n".join(text.split("\n")[lines:])

    def load(self, fm: str, **_: object) -> dict[str, object]:
        """Return the block as names and values.

        Raises:
            yaml.YAMLError: it is not YAML.
            ValueError: it is too long or nested too deeply to be a person's.
        """
        return load_mapping(fm)


def load_mapping(source: str) -> dict[str, object]:
    """Return a YAML or JSON mapping whose scalars are all text or ``None``.

    Raises:
        yaml.YAMLError: it is not YAML.
        ValueError: it is too long or nested too deeply to be a person's.
    """
    if len(source) > _MAX_LENGTH or _depth(source) > _MAX_DEPTH or _NESTED_DASHES.search(source):
        raise ValueError("too long or nested too deeply")
    if source.lstrip().startswith("{") and "\t" in source:
        source = json.dumps(json.loads(source))  # YAML refuses the tabs that JSON allows
    node = yaml.compose(source, Loader=_LOADER)
    if not isinstance(node, yaml.MappingNode):
        return {}
    return dict(_Reader().pairs(node, 0))


def _depth(source: str) -> int:
    depth = deepest = 0
    for match in _BRACKETS.finditer(source):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth = max(0, depth - 1)
    return deepest


class _Reader:
    """Nodes to plain values; counts them, for an alias may repeat a node without end."""

    def __init__(self) -> None:
        self.left = _MAX_VALUES

    def pairs(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[str, object]]:
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value.strip().lower(), self.value(value, depth + 1)

    def value(self, node: yaml.Node, depth: int) -> object:
        self.left -= 1
        if self.left < 0 or depth > _MAX_DEPTH:
            return None
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in _NULLS else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value[: self.left]]
        if isinstance(node, yaml.MappingNode):
            return dict(self.pairs(node, depth))
        return None


def _flatten(mapping: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in mapping.items():
        yield from _flat(f"{prefix}{key}", value)


def _flat(key: str, value: object) -> Iterator[tuple[str, str]]:
    link = _unquoted_link(value)
    if link:
        yield key, link
    elif isinstance(value, dict):
        yield from _flatten(value, f"{key}.")
    elif isinstance(value, list):
        for item in value:
            yield from _flat(key, item)
    elif isinstance(value, str) and value.strip():
        yield key, value.strip()


def _unquoted_link(value: object) -> str:
    """``[[Note]]`` without quotes is a list in a list for YAML; it was meant as a link."""
    if not (isinstance(value, list) and len(value) == 1 and isinstance(value[0], list)):
        return ""
    words = value[0]
    return f"[[{', '.join(words)}]]" if words and all(isinstance(w, str) for w in words) else ""


def _rescue(inside: str) -> Iterator[tuple[str, str]]:
    """Read ``key: value`` and ``- item`` lines where YAML gave up."""
    key = ""
    for line in inside.split("\n"):
        match = _RESCUED.fullmatch(line)
        item = _ITEM.fullmatch(line)
        if match:
            key = match[1].strip().lower()
            yield from ((key, value) for value in _inline_items(match[2].strip()))
        elif item and key:
            yield from ((key, value) for value in _inline_items(item[1].strip()))


def _inline_items(value: str) -> Iterator[str]:
    """Return the items of a list in brackets, of which one may be missing, or the one value."""
    opened = value.startswith("[") and not value.startswith("[[")
    inside = value[1:] if opened else value
    closed = inside.endswith("]") and inside.count("]") > inside.count("[")
    inside = inside[:-1] if closed else inside
    items = inside.split(",") if opened or closed else [value]
    yield from (text for item in items if (text := _unquote(item)))


def _unquote(value: str) -> str:
    """Return a value without the quotes around it; an opening one is none of its characters."""
    value = value.strip()
    quote = value[:1]
    if not quote or quote not in "'\"":
        return value
    if len(value) >= 2 and value.endswith(quote):
        return value[1:-1].strip()
    return value[1:].replace(quote, "", 1).strip()


def _brief(error: Exception) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    where = f" on line {mark.line + 2}" if mark is not None else ""
    return f"{problem}{where}"[:200]
