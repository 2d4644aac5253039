"""No test waits for a database to come right that never will."""

import pytest


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asterisk_search.sources.archivebox.database._WAIT_SECONDS", 0.0)
