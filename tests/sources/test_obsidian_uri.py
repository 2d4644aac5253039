"""Addresses that open notes."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.sources.obsidian_uri import line_uri, open_uri, vault_uri


@pytest.mark.parametrize(
    ("path", "heading", "uri"),
    [
        ("/v/Note.md", "", "obsidian://open?path=%2Fv%2FNote.md"),
        ("/v/A b/é.md", "", "obsidian://open?path=%2Fv%2FA%20b%2F%C3%A9.md"),
        ("/v/a+b&c=d.md", "", "obsidian://open?path=%2Fv%2Fa%2Bb%26c%3Dd.md"),
        ("/v/100%.md", "Part", "obsidian://open?path=%2Fv%2F100%25.md%23Part"),
        ("/v/Note.md", "Some part", "obsidian://open?path=%2Fv%2FNote.md%23Some%20part"),
        ("/v/N.md", "C# [x] | 5%^", "obsidian://open?path=%2Fv%2FN.md%23C%20x%205"),
        ("/v/C#.md", "Part", "obsidian://open?path=%2Fv%2FC%23.md"),
        ("/v/a^b.md", "Part", "obsidian://open?path=%2Fv%2Fa%5Eb.md"),
        ("/v/a[b].md", "Part", "obsidian://open?path=%2Fv%2Fa%5Bb%5D.md"),
        ("/v/a|b.md", "Part", "obsidian://open?path=%2Fv%2Fa%7Cb.md"),
    ],
)
def test_by_path(path: str, heading: str, uri: str) -> None:
    assert open_uri(Path(path), heading) == uri


def test_by_block() -> None:
    assert open_uri(Path("/v/N.md"), "Part", block="a-1") == (
        "obsidian://open?path=%2Fv%2FN.md%23%5Ea-1"
    )


def test_by_vault() -> None:
    assert vault_uri("My vault", "A/b c.md") == ("obsidian://open?vault=My%20vault&file=A%2Fb%20c")


def test_by_line() -> None:
    assert line_uri("v", "A/b.md", 12) == "obsidian://adv-uri?vault=v&filepath=A%2Fb.md&line=12"


def test_names_that_are_no_utf8_keep_their_bytes() -> None:
    assert open_uri(Path("/v/caf\udce9.md")) == "obsidian://open?path=%2Fv%2Fcaf%E9.md"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_what_is_encoded_can_be_decoded(name: str) -> None:
    path = Path("/v") / name
    uri = open_uri(path)
    assert parse_qs(urlsplit(uri).query)["path"] == [str(path)]
    assert set(uri) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/?=%-._~"
    )
