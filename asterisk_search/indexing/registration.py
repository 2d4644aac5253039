"""From what the user typed to sources: names, types, and no folder indexed twice."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from asterisk_search.errors import SourceMissing, UsageError
from asterisk_search.records import SourceSpec
from asterisk_search.sources.obsidian import detect

HINT_TYPES = "a source is a folder of Markdown notes, for instance an Obsidian vault"


def resolve_all(
    paths: Sequence[str],
    registered: Sequence[SourceSpec],
    *,
    name: str | None = None,
    exclude: Sequence[str] | None = None,
) -> list[SourceSpec]:
    """The sources that all ``paths`` mean, each once; nothing is registered when one is wrong.

    Raises:
        SourceMissing, UsageError: see `resolve`.
    """
    if name is not None and len(paths) != 1:
        raise UsageError("--name needs exactly one path")
    found: dict[str, SourceSpec] = {}
    for path in paths:
        known = {spec.name: spec for spec in registered} | found
        spec = resolve(path, list(known.values()), name=name, exclude=exclude)
        found[spec.name] = spec
    return list(found.values())


def resolve(
    path: str,
    registered: Sequence[SourceSpec],
    *,
    name: str | None = None,
    exclude: Sequence[str] | None = None,
) -> SourceSpec:
    """The source that ``path`` means: one that is registered, or a new one.

    A path inside a registered source means that source. ``exclude`` replaces the exclusions of a
    registered source when it is given.

    Raises:
        SourceMissing: there is nothing at ``path``.
        UsageError: it is no folder, no kind of source, contains a registered source, or the name
            is taken.
    """
    root = _folder(path)
    for spec in registered:
        if root == Path(spec.root) or (
            Path(spec.root) in root.parents and name is None and exclude is None
        ):
            return _updated(spec, name, exclude)
    _refuse_overlap(root, registered)
    if not root.is_dir():
        raise UsageError(f"{path} is a file, not a folder", hint=HINT_TYPES)
    kind = detect(root)
    if kind is None:
        raise UsageError(f"no notes (*.md) were found in {root}", hint=HINT_TYPES)
    taken = {spec.name.casefold() for spec in registered}
    if name is not None and name.casefold() in taken:
        raise UsageError(
            f"there already is a source named {name!r}",
            hint="choose another --name, or `asterisk-search source remove` it first",
        )
    return SourceSpec(name or _free_name(root, taken), kind, str(root), tuple(exclude or ()))


def _folder(path: str) -> Path:
    given = Path(path).expanduser()
    try:
        return given.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise SourceMissing(
            f"there is no folder {path!r} (looked for {Path(os.path.abspath(given))})",  # noqa: PTH100 - the path may not be resolvable
            hint="check the spelling; quote paths that contain spaces",
        ) from error


def _updated(spec: SourceSpec, name: str | None, exclude: Sequence[str] | None) -> SourceSpec:
    if name is not None and name.casefold() != spec.name.casefold():
        raise UsageError(
            f"{spec.root} is already indexed as {spec.name!r}",
            hint=f"leave --name out, or run `asterisk-search source remove {spec.name}` first",
        )
    kept = spec.exclude if exclude is None else tuple(exclude)
    return SourceSpec(spec.name, spec.type, spec.root, kept)


def _refuse_overlap(root: Path, registered: Sequence[SourceSpec]) -> None:
    for spec in registered:
        other = Path(spec.root)
        if root in other.parents or other in root.parents:
            raise UsageError(
                f"{root} overlaps the source {spec.name!r} ({spec.root}): "
                "its notes would be found twice",
                hint=f"run `asterisk-search source remove {spec.name}` first to replace it",
            )


def _free_name(root: Path, taken: set[str]) -> str:
    readable = os.fsencode(root.name).decode("utf-8", "replace")
    stem = re.sub(r"\s+", "-", readable.strip()) or "notes"
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name.casefold() not in taken)
