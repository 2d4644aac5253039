"""config.toml and the environment."""

from pathlib import Path

import pytest

from asterisk_search.config import Settings, load_settings, parse_settings
from asterisk_search.errors import ConfigError


def test_nothing_said_means_the_defaults() -> None:
    assert load_settings(None, {}) == Settings()
    assert parse_settings("") == Settings()


def test_the_order_of_precedence(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('data_dir = "/file"\n[index]\nthreads = 1\n[model]\npath = "/a"\n')
    said = {"ASTERISK_SEARCH_CONFIG": str(config)}
    assert load_settings(None, said).data_dir == "/file"
    said |= {"ASTERISK_SEARCH_DATA_DIR": "/env", "ASTERISK_SEARCH_THREADS": "3"}
    settings = load_settings(None, said)
    assert (settings.data_dir, settings.index.threads, settings.model.path) == ("/env", 3, "/a")
    assert load_settings(None, said, data_dir="/option").data_dir == "/option"
    said |= {"ASTERISK_SEARCH_MODEL_PATH": "/b"}
    assert load_settings(config, said).model.path == "/b"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[serach]\n", "unknown setting 'serach'", "'search'"),
        ("[search]\nlimt = 1\n", "unknown setting 'search.limt'", "'search.limit'"),
        ("[sources.v]\npath = 'x'\nexclud = []\n", "'sources.v.exclud'", "'sources.v.exclude'"),
        ("nonsense_entirely = 1\n", "unknown setting", "known: archive, daemon, data_dir"),
        ("[search]\nlimit = 0\n", "search.limit is 0", "1 to 1000"),
        ("[search]\nmode = 'magic'\n", "search.mode is 'magic'", "hybrid"),
        ("[index]\nthreads = -1\n", "index.threads is -1", "0 to 64"),
        ("[index]\npassage_tokens = 4000\n", "passage_tokens", "32 to 510"),
        ("[archive]\nserver = 'localhost:8000'\n", "archive.server", "write it whole"),
        ("[archive]\nprefer = ['reader']\n", "archive.prefer names 'reader'", "readability"),
    ],
)
def test_mistakes_are_named_with_what_to_do(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=message) as wrong:
        parse_settings(text)
    assert hint in wrong.value.hint


@pytest.mark.parametrize(
    "text",
    ["= broken", "[search]\nlimit = 'ten'\n", "search = 3\n", "[sources.v]\n", "sources = 1"],
)
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_settings(text)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path / "missing.toml", {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path, {})


def test_threads_must_be_a_number() -> None:
    with pytest.raises(ConfigError, match="THREADS"):
        load_settings(None, {"ASTERISK_SEARCH_THREADS": "many"})
