"""`group` and `embed` as they are typed."""

import base64
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.conftest import ROOT

FEED = (ROOT / "examples" / "feed" / "items.jsonl").read_text(encoding="utf-8")


def say(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_group_reads_a_feed_and_prints_groups(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, FEED)
    done = shell("group", "--threshold", "0.65", "--window", "48h", "--jsonl")
    groups = [json.loads(line)["members"] for line in done.out.splitlines()]
    assert ["n3", "n2", "n1"] in groups
    assert ["n13"] in groups
    say(monkeypatch, FEED)
    shown = shell("group", "--threshold", "0.65", "--linkage", "complete")
    assert "14 texts in" in shown.err
    assert shown.out.startswith("  ")


def test_group_says_when_only_words_were_compared(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASTERISK_SEARCH_MODEL_PATH", str(tmp_path / "nowhere"))
    say(monkeypatch, "one two three four\nFour three two one\n")
    done = shell("group")
    assert done.code == 0
    assert "by words alone (SimHash)" in done.err
    assert "2 texts in 1 groups" in done.err


def test_nothing_is_grouped_to_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, "\n\n")
    assert shell("group", "--jsonl").out == ""


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        ("{broken", [], "line 1"),
        ('fine\n{"id": "x"}', [], "line 2: it has no text"),
        ('{"text": "x", "time": "soon"}', [], "is no time"),
        ("no time\n", ["--window", "48h"], "--window needs a time"),
        ("x\n", ["--window", "soon"], "no span of time"),
        ('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}', [], "given twice"),
    ],
)
def test_what_is_no_item_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, text: str, options: list[str], complaint: str
) -> None:
    say(monkeypatch, text)
    done = shell("group", *options)
    assert done.code == 2
    assert complaint in done.err


def test_embed_prints_vectors_with_their_model(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, 'a text\n{"id": "x", "text": "another"}\n')
    rows = [json.loads(line) for line in shell("embed", "--jsonl").out.splitlines()]
    assert [row["id"] for row in rows] == ["1", "x"]
    assert {len(row["vector"]) for row in rows} == {256}
    assert "@" in rows[0]["model"]
    say(monkeypatch, "a text\n")
    packed = json.loads(shell("embed", "--packed", "int8").out)
    assert len(base64.b64decode(packed["vector"])) == 256
