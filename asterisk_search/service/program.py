"""Starting this very program again, as another process."""

import os
import sys
from typing import Final

CLI: Final = (sys.executable, "-c", "from asterisk_search.cli.main import main; main()")
"""Also works where the command itself is not on the path."""


def environment() -> dict[str, str]:
    """The environment in which another process finds the same modules."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
