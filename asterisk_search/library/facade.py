"""The façade: everything the shells can ask for, one role of operations a module."""

from asterisk_search.library.asking import Asking
from asterisk_search.library.following import Following
from asterisk_search.library.inspecting import Inspecting
from asterisk_search.library.remembering import Remembering


class Library(Following, Asking, Remembering, Inspecting):
    """Everything the shells can ask for. Not thread-safe: one per thread or one lock."""
