"""What is indexed once and served once for all tests of the service."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from asterisk_search.config import Settings
from tests.conftest import ROOT
from tests.service.browsing import launched
from tests.service.served import Served, indexed, served
from tests.service.shelf import Shelf, filled


@pytest.fixture(scope="package")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings under which the example vault is indexed."""
    return indexed(tmp_path_factory.mktemp("served") / "data", ROOT / "examples" / "vault")


@pytest.fixture(scope="package")
def service(examples: Settings) -> Iterator[Served]:
    """The example vault, served with the default settings."""
    with served(examples) as running:
        yield running


@pytest.fixture(scope="package")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Saved pages, served."""
    with filled(tmp_path_factory.mktemp("shelf")) as made:
        yield made


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once for all tests that need it."""
    with launched() as running:
        yield running
