"""Options and fixtures that all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

try:
    import torch
except ModuleNotFoundError:
    # The trainer's own tests need what the trainer needs: `pip install .[trainer]`.
    collect_ignore = ["trainer"]
else:
    torch.set_num_threads(2)

# A property is no less true on a busy machine; what must be fast has tests of its own.
settings.register_profile(
    "unhurried", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files with what is")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


@pytest.fixture(autouse=True)
def apart_from_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees, or changes, the configuration and index of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("ASTERISK_SEARCH_", "XDG_"))]:
        del os.environ[name]
    os.environ["HOME"] = str(home)
    yield
    os.environ.clear()
    os.environ.update(kept)
