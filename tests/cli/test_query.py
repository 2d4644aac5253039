"""`asterisk-search query`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.conftest import ROOT

FIELDS = {
    "rank", "id", "score", "confidence", "why", "source", "kind", "title", "heading", "path",
    "abs_path", "line", "end_line", "url", "tags", "created", "modified", "snippet", "highlights",
    "others", "demoted", "duplicates", "original_url", "wayback_url", "domain", "snapshot_path",
        "archived_at", "extractor", "snapshots", "explain",
}  # fmt: skip


@pytest.fixture
def indexed(shell: Shell, vault: Path) -> Shell:
    assert shell("index", vault).code == 0
    return shell


def test_a_result_shows_what_one_needs(indexed: Shell, vault: Path) -> None:
    typed = indexed("query", "how is a leader chosen")
    lines = typed.out.splitlines()
    assert lines[0].startswith(" 1  Raft › Leader election  My-vault · 0.")
    assert lines[0].endswith("2024-03-02")
    assert lines[1] == "    Raft.md:5  #consensus"
    assert "candidate wins" in lines[2]
    assert "hybrid" in typed.err
    assert "2 documents" in typed.err


def test_meaning_finds_what_shares_no_word(indexed: Shell) -> None:
    typed = indexed("query", "--json", "--mode", "semantic", "how to make bread at home")
    assert typed.json["results"][0]["title"] == "Sourdough"


def test_the_json_shape(indexed: Shell, vault: Path) -> None:
    said = indexed("query", "--json", "candidate majority").json
    assert set(said) == {
        "schema", "query", "mode", "degraded", "degraded_reason", "notices", "took_ms",
        "served_by", "total",
        "index", "results", "facets",
    }  # fmt: skip
    first = said["results"][0]
    assert set(first) == FIELDS
    assert first["abs_path"] == str(vault / "Raft.md")
    assert Path(first["abs_path"]).read_text().splitlines()[first["line"] - 1]
    assert first["url"].startswith("obsidian://open?path=")
    assert first["url"].endswith("%23Leader%20election")
    assert first["explain"] is None
    start, end = first["highlights"][0]
    assert first["snippet"][start:end].lower() in ("candidate", "majority")


def test_explain_shows_each_retrievers_part(indexed: Shell) -> None:
    typed = indexed("query", "--explain", "candidate majority")
    assert "keyword #1" in typed.out
    assert "meaning #1" in typed.out
    parts = indexed("query", "--explain", "--json", "candidate").json["results"][0]["explain"]
    said = {part["retriever"]: part["contribution"] for part in parts}
    assert {"keyword", "meaning", "coverage", "nearness"} <= set(said)
    assert all(said.values())


def test_jsonl_prints_rows_alone(indexed: Shell) -> None:
    typed = indexed("query", "--jsonl", "--mode", "keyword", "candidate")
    assert len(typed.out.splitlines()) == 1
    assert typed.json["title"] == "Raft"


def test_jsonl_says_beside_the_rows_what_json_says_in_its_notices(indexed: Shell) -> None:
    for asked in ("#consensu", "qwxz vbnrt plfgh", "candidate"):
        rows, whole = indexed("query", "--jsonl", asked), indexed("query", "--json", asked)
        assert rows.err.splitlines() == [f"note: {notice}" for notice in whole.json["notices"]]
    typed = indexed("query", "--jsonl", "#consensu")
    assert (typed.code, typed.out) == (0, "")
    assert "nearest: consensus" in typed.err
    assert "no confident match" in indexed("query", "--jsonl", "qwxz vbnrt plfgh").err


def test_nothing_found_is_an_empty_list_and_no_error(indexed: Shell) -> None:
    typed = indexed("query", "--mode", "keyword", "zzzzqqq", "--json")
    assert (typed.code, typed.json["results"]) == (0, [])
    typed = indexed("query", "--mode", "keyword", "zzzzqqq")
    assert (typed.code, typed.out) == (0, "")
    assert "nothing found" in typed.err
    assert indexed("query", "--exit-status", "--mode", "keyword", "zzzzqqq").code == 1


def test_words_may_begin_with_a_hyphen_and_options_are_still_options(indexed: Shell) -> None:
    def titles(*words: str) -> list[str]:
        typed = indexed("query", "--json", "--mode", "keyword", *words)
        assert typed.code == 0, typed.err
        return [result["title"] for result in typed.json["results"]]

    assert set(titles("the")) == {"Raft", "Sourdough"}
    for words in (
        ("-#consensus the",), ("the", "-candidate"), ("-n", "3", "the", "-#consensus"),
        ("-n3", "-notes", "the", "-folder:nowhere", "-candidate"), ("--", "-#consensus the"),
        ("--explain", '-"candidate wins"', "the"),
    ):  # fmt: skip
        assert titles(*words) == ["Sourdough"], words
    assert titles("--tag", "-x", "the") == []
    refused = indexed("query", "--limt", "3", "the")
    assert refused.code == 2 and "--limit" in refused.err
    assert "Search notes" in indexed("query", "-h").out


def test_weak_results_are_left_out_below_good_ones_unless_asked_for(indexed: Shell) -> None:
    asked = "the candidate wins when a majority of the servers grant their vote overnight"
    rows = indexed("query", "--json", asked).json["results"]
    assert [row["confidence"] for row in rows] == ["high", "low"]
    typed = indexed("query", asked)
    assert "Raft" in typed.out and "Sourdough" not in typed.out
    assert "1 weaker result left out: --all lists them too" in typed.err
    assert "1 of 2" in typed.err
    typed = indexed("query", "--all", asked)
    assert "Sourdough" in typed.out and "left out" not in typed.err


def test_nonsense_is_not_presented_as_a_match(indexed: Shell) -> None:
    typed = indexed("query", "qwxz vbnrt plfgh")
    assert "No confident match" in typed.err


def test_filters(indexed: Shell) -> None:
    def titles(*options: str) -> list[str]:
        said = indexed("query", "--json", *options, "the").json
        return [result["title"] for result in said["results"]]

    assert titles("--folder", "Cooking") == ["Sourdough"]
    assert titles("--tag", "bread") == ["Sourdough"]
    assert titles("--tag", "#CONSENSUS") == ["Raft"]
    assert titles("--before", "2024-03-03") == ["Raft"]
    assert titles("--after", "2024-03-03") == ["Sourdough"]
    assert set(titles("--source", "my-vault")) == {"Raft", "Sourdough"}
    assert len(titles("--limit", "1")) == 1


def test_an_unknown_source_is_an_error_with_the_nearest(indexed: Shell) -> None:
    typed = indexed("query", "--source", "my-valt", "x")
    assert typed.code == 3
    assert "did you mean 'My-vault'?" in typed.err


def test_an_unknown_tag_is_named_with_the_nearest(indexed: Shell) -> None:
    typed = indexed("query", "--tag", "consenus", "leader")
    assert typed.code == 0
    assert "nothing has the tag #consenus (nearest: consensus)" in typed.err


def test_without_an_index_it_says_so(shell: Shell) -> None:
    typed = shell("query", "anything")
    assert typed.code == 3
    assert "nothing has been indexed yet" in typed.err
    assert typed.out == ""


def test_an_emptied_index_says_so(indexed: Shell, vault: Path) -> None:
    for path in vault.rglob("*.md"):
        path.unlink()
    indexed("index")
    assert "the index is empty" in indexed("query", "candidate").err


def test_dates_that_leave_no_day_are_refused(indexed: Shell) -> None:
    assert indexed("query", "--after", "2024-02", "--before", "2024-01", "x").code == 2


def test_the_shown_passage_holds_the_word_that_was_asked_for(indexed: Shell, vault: Path) -> None:
    """Also where the word stands in code that is too long for the model."""
    code = "\n".join(f"value_{number} = {number}" for number in range(300))
    (vault / "Long code.md").write_text(f"Intro.\n\n```python\n{code}\nzanzibar_token = 1\n```\n")
    indexed("index")
    first = indexed("query", "--json", "--mode", "keyword", "zanzibar_token").json["results"][0]
    assert "zanzibar_token" in first["snippet"]
    lines = (vault / "Long code.md").read_text().splitlines()
    shown = lines[first["line"] - 1 : first["end_line"]]
    assert any("zanzibar_token" in line for line in shown)
    assert len(shown) < 200


def test_comments_and_properties_find_a_note_but_are_not_shown(indexed: Shell, vault: Path) -> None:
    (vault / "Secretive.md").write_text("---\nservings: xylophone\n---\n%%quagga remark%%\n")
    indexed("index")
    for word in ("xylophone", "quagga"):
        first = indexed("query", "--json", "--mode", "keyword", word).json["results"][0]
        assert first["title"] == "Secretive"
        assert word not in first["snippet"]


def test_nothing_to_search_for(indexed: Shell) -> None:
    assert indexed("query").code == 2
    assert indexed("query", "  ").code == 2


@pytest.mark.parametrize("bad", [["--mode", "magic"], ["--limit", "0"], ["--after", "soon"]])
def test_bad_options_are_usage_errors(indexed: Shell, bad: list[str]) -> None:
    assert indexed("query", *bad, "x").code == 2


def test_a_filter_without_words_lists_the_newest(indexed: Shell) -> None:
    typed = indexed("query", "--tag", "bread")
    assert "Sourdough" in typed.out


def piped(
    shell: Shell, *arguments: bytes | str, **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", "from asterisk_search.cli.main import main; main()",
         "--data-dir", str(shell.data_dir), *arguments],
        cwd=ROOT, capture_output=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_bytes_that_are_no_unicode_are_a_query_like_any_other(indexed: Shell) -> None:
    done = piped(indexed, "query", b"candidate \xff\xfe")
    assert done.returncode == 0, done.stderr
    assert b"Raft" in done.stdout


def test_a_reader_that_stops_reading_hears_no_complaint(indexed: Shell) -> None:
    command = f"{sys.executable} -c 'from asterisk_search.cli.main import main; main()'"
    done = subprocess.run(
        ["bash", "-c", f"{command} --data-dir '{indexed.data_dir}' query the | true; "
         "exit ${PIPESTATUS[0]}"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_colour_and_links_only_where_they_are_wanted(indexed: Shell) -> None:
    assert b"\033" not in piped(indexed, "query", "candidate").stdout
    assert b"\033[1m" in piped(indexed, "query", "candidate", CLICOLOR_FORCE="1").stdout
    both = piped(indexed, "query", "candidate", CLICOLOR_FORCE="1", NO_COLOR="1").stdout
    assert b"\033[" not in both
    linked = piped(indexed, "query", "candidate", FORCE_HYPERLINK="1").stdout
    assert b"\033]8;;obsidian://open?path=" in linked


def test_a_note_cannot_take_over_the_terminal(indexed: Shell, vault: Path) -> None:
    (vault / "evil \x1b]0;owned\x07.md").write_text("# \x1b[2J\n\nA \x1b[31mwalrus\x9b2J here.\n")
    (vault / "b\x1b[2J.canvas").write_text("{broken")
    indexed("index")
    for command in (["query", "walrus"], ["status", "--skipped"], ["index"], ["doctor"]):
        typed = indexed(*command)
        assert not set(typed.out + typed.err) & {"\x1b", "\x07", "\x9b"}
    assert "walrus" in indexed("query", "walrus").out
