"""The façade: everything the shells can ask for, one role of operations a module."""

from asterisk_search.library.explaining import Explaining
from asterisk_search.library.following import Following
from asterisk_search.library.inspecting import Inspecting
from asterisk_search.library.measuring import Measuring
from asterisk_search.library.relating import Relating


class Library(Following, Explaining, Relating, Measuring, Inspecting):
    """Everything the shells can ask for. Not thread-safe: one per thread or one lock."""
