"""What configures a run, read without being understood, leads to the same folder."""

import os
from pathlib import Path

import pytest

from asterisk_search.config import load_settings
from asterisk_search.service.given import given


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [None, "", "[search]\nlimit = 3\n", '# data_dir = "x"\n', 'data_dir = "~/told"\n',
     '"d\\u0061ta_dir" = "/spelt/oddly"\n', '[sources.data_dir]\npath = "/x"\n'],
)  # fmt: skip
@pytest.mark.parametrize("option", [None, "~/option", "relative"])
@pytest.mark.parametrize("variable", [None, "", "~/variable"])
def test_the_folder_is_that_of_the_settings(
    home: Path, text: str | None, option: str | None, variable: str | None
) -> None:
    if text is not None:
        (home / ".config" / "asterisk-search").mkdir(parents=True)
        (home / ".config" / "asterisk-search" / "config.toml").write_text(text)
    environ = {} if variable is None else {"ASTERISK_SEARCH_DATA_DIR": variable}
    assert given(None, option, environ).root == load_settings(None, environ, option).data_path


@pytest.mark.parametrize("place", ["/elsewhere", "", " ", "relative", "~/there"])
def test_the_usual_places_are_those_of_the_system(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", place)
    monkeypatch.setenv("XDG_CONFIG_HOME", place)
    assert given(None, None, {}).root == load_settings(None, {}).data_path


def test_a_file_that_is_asked_for_must_be_there(home: Path) -> None:
    for config, environ in (("~/none", {}), (None, {"ASTERISK_SEARCH_CONFIG": "~/none"})):
        with pytest.raises(OSError, match="none"):
            given(config, None, environ)
    (home / "one").write_text('data_dir = "/one"')
    assert given("~/one", None, os.environ).root == Path("/one")


def test_a_configuration_that_cannot_be_read_leads_nowhere(home: Path) -> None:
    (home / "wrong").write_text("data_dir = ")
    (home / "bytes").write_bytes(b"\xff")
    with pytest.raises(ValueError, match="Invalid value"):
        given(str(home / "wrong"), None, {}).root  # noqa: B018 - it is a property
    with pytest.raises(ValueError, match="decode"):
        given(str(home / "bytes"), None, {})
