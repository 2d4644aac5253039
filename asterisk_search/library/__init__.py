"""The composition root: settings in, a library that indexes and answers out.

The only room that knows which implementation serves which protocol. Imports that cost time are
made where they are needed, so that a command pays only for what it uses; the library itself is one
of them, for a command that a daemon answers.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asterisk_search.config import Settings
    from asterisk_search.library.facade import Library

__all__ = ["Library", "open_library"]


def open_library(settings: "Settings") -> "Library":
    """A library with these settings; nothing is opened before it is needed."""
    from asterisk_search.library.facade import Library

    return Library(settings)


def __getattr__(name: str) -> object:
    """`Library`, imported when it is named (PEP 562)."""
    if name == "Library":
        from asterisk_search.library.facade import Library

        return Library
    raise AttributeError(name)
