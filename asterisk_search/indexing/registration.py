"""From what the user typed to sources: names, types, and no folder indexed twice."""

import os
import re
import shlex
from collections.abc import Collection, Sequence
from pathlib import Path

from asterisk_search.errors import SourceError, SourceMissing, UsageError
from asterisk_search.records import SourceSpec
from asterisk_search.sources.ignoring import IgnoreRules
from asterisk_search.sources.opening import detect, source_root
from asterisk_search.storage.folder import expanded
from asterisk_search.text.folding import printable, visible

HINT_TYPES = (
    "a source is a folder of Markdown notes, for instance an Obsidian vault, or the data folder of "
    "an ArchiveBox"
)


def resolve_all(
    paths: Sequence[str],
    registered: Sequence[SourceSpec],
    *,
    name: str | None = None,
    exclude: Sequence[str] | None = None,
    as_type: str | None = None,
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
        spec = resolve(path, list(known.values()), name=name, exclude=exclude, as_type=as_type)
        found[spec.name] = spec
    return list(found.values())


def resolve(
    path: str,
    registered: Sequence[SourceSpec],
    *,
    name: str | None = None,
    exclude: Sequence[str] | None = None,
    as_type: str | None = None,
) -> SourceSpec:
    """The source that ``path`` means: one that is registered, or a new one.

    A path inside a registered source means that source; for an archive, so does the folder above
    it. ``exclude`` replaces the exclusions of a registered source when it is given;
    ``as_type`` says what a new source is, else it is found out.

    Raises:
        SourceMissing: there is nothing at ``path``.
        UsageError: it is no folder, no kind of source, contains a registered source or is one of
            another type, or the name is taken.
    """
    root = _root(path)
    _refuse_unusable(name, exclude)
    for spec in registered:
        if root == Path(spec.root) or (
            Path(spec.root) in root.parents and name is None and exclude is None
        ):
            _refuse_other_type(spec, Path(spec.root), as_type)
            return _updated(spec, name, exclude)
    _refuse_overlap(root, registered)
    if not root.is_dir():
        raise UsageError(f"{path} is a file, not a folder", hint=HINT_TYPES)
    kind = as_type or detect(root)
    if kind is None:
        raise UsageError(f"no notes (*.md) and no archive were found in {root}", hint=HINT_TYPES)
    taken = {spec.name.casefold(): spec for spec in registered}
    if name is not None and name.casefold() in taken:
        moved = taken[name.casefold()]
        _refuse_other_type(moved, root, as_type)
        return _moved(moved, root, exclude)
    return SourceSpec(name or _free_name(root, taken), kind, str(root), tuple(exclude or ()))


def _folder(path: str) -> Path:
    if not path:
        raise UsageError("an empty path was given", hint="is a variable unset? use . for here")
    given = expanded(path)
    try:
        return given.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise SourceMissing(
            f"there is no folder {path!r} (looked for {Path(os.path.abspath(given))})",  # noqa: PTH100 - the path may not be resolvable
            hint="check the spelling, and quote paths that contain spaces; for a source that has "
            "moved: asterisk-search index NEW_PATH --name NAME",
        ) from error


def _root(path: str) -> Path:
    return source_root(_folder(path))


def _updated(spec: SourceSpec, name: str | None, exclude: Sequence[str] | None) -> SourceSpec:
    if name is not None and name.casefold() != spec.name.casefold():
        raise UsageError(
            f"{spec.root} is already indexed as {spec.name!r}",
            hint=f"leave --name out, or run `asterisk-search source remove {spec.name}` first",
        )
    kept = spec.exclude if exclude is None else tuple(exclude)
    return SourceSpec(spec.name, spec.type, spec.root, kept)


def _moved(spec: SourceSpec, root: Path, exclude: Sequence[str] | None) -> SourceSpec:
    """The source at its new place; only if nothing is left at the old one."""
    if os.path.lexists(spec.root):
        raise UsageError(
            f"there already is a source named {spec.name!r} ({spec.root})",
            hint="choose another --name, or `asterisk-search source remove` it first",
        )
    kept = spec.exclude if exclude is None else tuple(exclude)
    return SourceSpec(spec.name, spec.type, str(root), kept)


def _refuse_other_type(spec: SourceSpec, root: Path, as_type: str | None) -> None:
    """What a source is cannot be changed: what was read under other rules would have to go."""
    if as_type in (None, spec.type):
        return
    options = ["--type", as_type, "--name", spec.name]
    options += [word for pattern in spec.exclude for word in ("--exclude", pattern)]
    again = shlex.join(["asterisk-search", "index", printable(str(root)), *options])
    raise UsageError(
        f"{spec.root} is indexed already, as {spec.name!r} of the type {spec.type}",
        hint=f"run `asterisk-search source remove {shlex.quote(spec.name)}`, then `{again}`; "
        "the files themselves are not touched",
    )


def _refuse_unusable(name: str | None, exclude: Sequence[str] | None) -> None:
    for text in [name or "", *(exclude or ())]:
        if visible(text) != text:
            raise UsageError(f"{visible(text)!r} holds characters that cannot be shown")
    try:
        IgnoreRules(tuple(exclude or ()))
    except SourceError as error:
        raise UsageError(f"--exclude: {error.message}", hint=error.hint) from error


def refuse_inside(folder: Path, paths: Sequence[str]) -> None:
    """Refuse to keep the index among the notes: it would be synced, and damaged by that.

    Raises:
        SourceMissing, UsageError: one of ``paths`` is none, or ``folder`` lies inside it.
    """
    inside = folder.resolve()
    for path in paths:
        if _root(path) in [inside, *inside.parents]:
            raise UsageError(
                f"the data folder {folder} lies inside {path}", hint="choose another --data-dir"
            )


def _refuse_overlap(root: Path, registered: Sequence[SourceSpec]) -> None:
    for spec in registered:
        other = Path(spec.root)
        if root in other.parents or other in root.parents:
            raise UsageError(
                f"{root} overlaps the source {spec.name!r} ({spec.root}): "
                "its notes would be found twice",
                hint=f"run `asterisk-search source remove {spec.name}` first to replace it",
            )


def _free_name(root: Path, taken: Collection[str]) -> str:
    stem = re.sub(r"\s+", "-", visible(root.name).strip()) or "notes"
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name.casefold() not in taken)
