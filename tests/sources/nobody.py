"""Programs run without root's right to read everything."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

_BECOME_NOBODY = """
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
"""


def lines_of_nobody(imports: str, program: str, folder: Path) -> list[str]:
    """What ``program`` prints about ``sys.argv[1]``, run as nobody where root runs the tests.

    ``imports`` are made before, since nobody may not be able to read the program's files.
    """
    script = f"import os, sys\nfrom pathlib import Path\n{imports}{_BECOME_NOBODY}{program}"
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return done.stdout.splitlines()


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder whose parents, unlike those of ``tmp_path``, everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
