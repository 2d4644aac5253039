"""The composition root: settings in, a library that indexes and answers out.

The only room that knows which implementation serves which protocol. Imports that cost time are
made where they are needed, so that a command pays only for what it uses.
"""

from asterisk_search.library.facade import Library

__all__ = ["Library"]
