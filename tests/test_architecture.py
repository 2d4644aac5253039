"""The house rules that a machine can check."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("asterisk_search", "trainer")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def tool(name: str) -> str:
    """A tool of the environment that runs the tests."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert found, f"{name} is not installed: pip install '.[test]'"
    return found


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_room_imports_only_from_the_rooms_below() -> None:
    run(tool("lint-imports"), "--no-cache")


def test_types_are_strict() -> None:
    pytest.importorskip("torch", reason="the trainer's types need the trainer's requirements")
    run(tool("mypy"))


def test_the_linter_is_content() -> None:
    run(tool("ruff"), "check", "--no-cache")
    run(tool("ruff"), "format", "--check", "--no-cache")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 300
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is long"


def test_no_module_is_named_for_nothing_in_particular() -> None:
    names = {path.stem for path in MODULES}
    assert not names & {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def test_importing_the_package_imports_nothing() -> None:
    tree = ast.parse((ROOT / "asterisk_search" / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
