"""The shape in which answers leave the process, kept as golden files."""

import json
from dataclasses import replace
from typing import Any

import pytest

from asterisk_search.answers import Answer, Filters, Mode, Part, Passage, Query, Result
from asterisk_search.indexing.reports import (
    Check,
    Health,
    SourceReport,
    Status,
    UpdateReport,
)
from asterisk_search.records import Copy, Kind, PageFacts, Skip, SkipReason, SourceInfo, SourceSpec
from asterisk_search.service import wire
from asterisk_search.service.standing import Followed, Standing, Vitals
from asterisk_search.service.wire_views import (
    duplicates_json,
    listing_json,
    reading_json,
    related_json,
    similar_json,
    why_json,
)
from asterisk_search.views import (
    Alike,
    Card,
    Duplicate,
    DuplicateGroup,
    Duplicates,
    Listing,
    Ranked,
    Reading,
    Reason,
    Related,
    Relative,
    Similar,
    State,
    Why,
)
from tests.conftest import ROOT
from tests.goldens import golden

PASSAGE = Passage(
    id=7, document=3, source="vault", root="/home/u/vault", kind=Kind.NOTE,
    ref=b"Projects/raft.md", path="Projects/raft.md", title="raft",
    headings=("Raft notes", "Leader election"), line=41, end_line=55, ordinal=3, hidden=False,
    text="a candidate wins", tags=("consensus",), date="2024-03-02",
    modified="2026-11-22T08:00:00Z", demoted="",
)  # fmt: skip
ODD = Passage(
    id=8, document=4, source="vault", root="/home/u/v\udcff", kind=Kind.CANVAS,
    ref=b"caf\xe9.canvas", path="caf\udce9.canvas", title="caf\ufffd", headings=(), line=1,
    end_line=1, ordinal=0, hidden=True, text="", tags=(), date=None, modified="",
    demoted="template",
)  # fmt: skip
PAGE = replace(
    PASSAGE, source="web", root="/home/u/archive", kind=Kind.PAGE, ref=b"example.org/caf%C3%A9",
    path="example.org/café",
    page=PageFacts(
        "https://www.example.org/café", "example.org", "archive/1700000000/singlefile.html",
        "2023-11-14T22:13:20Z", "2023-11-14T22:13:21Z", "readability",
        (
            Copy("a" * 32, "https://www.example.org/café", "1700000000", "archive/1700000000",
                 "2023-11-14T22:13:25Z"),
            Copy("", "http://example.org/caf%C3%A9#2", "1600000000", "archive/\udcff", "",
                 "HTTP 404"),
        ),
    ),
)  # fmt: skip
RESULTS = (
    Result(1, 0.8612, PASSAGE, "a candidate wins", ((2, 11),), "obsidian://open?path=x",
           (Part("keyword", 1, 12.34567, 0.5), Part("meaning", 2, 0.61, 0.36)), 2),
    Result(2, 0.1, ODD, "", (), "obsidian://open?path=y", ()),
    Result(3, 0.1, PAGE, "", (), "file:///home/u/archive/archive/1700000000/singlefile.html", ()),
)  # fmt: skip
ANSWER = Answer(
    Query("raft “consensus”", Filters(tags=("x",))), Mode.KEYWORD, RESULTS, 12, 6742, 5,
    "2026-11-22T08:00:00Z", True, "the model is not available", ("nothing has the tag #x",), 84.04,
)  # fmt: skip
CARD = Card(
    3, "vault", "/home/u/v\udcff", Kind.NOTE, b"caf\xe9.md", "caf\udce9.md", "caf\ufffd",
    ("coffee",), ("drink",), (("rating", "5"),), (), None, "", "", b"digest", 9,
)  # fmt: skip
SPEC = SourceSpec("vault", "vault", "/home/u/vault", ("Templates/",))
SKIP = Skip(b"b", "b", SkipReason.BINARY, "control characters")
SHAPES: dict[str, Any] = {
    "answer": wire.answer_json(ANSWER, explain=True),
    "update": wire.update_json(
        UpdateReport(
            (SourceReport("vault", new=1, skips=(SKIP,)), SourceReport("usb", error="gone")),
            1, 2, 2, 0, 1000, 1.23456, 100_000_000,
        )
    ),
    "status": wire.status_json(
        Status("/data", 1000, (SourceInfo(SPEC, 1, 2, 0, 1, None),), 1, 2, 2, 0, None, "",
               (("vault", SKIP),), (("vault", "a.md", "frontmatter_error: x"),)),
        Vitals(
            7, "0.1.0", 12.5, 100_000_000,
            Standing("embed", 3, 9, "chunks", 2, "on battery", "no model", "usb: gone",
                     "http://127.0.0.1:8737",
                     (Followed("vault", "watching"), Followed("usb", "away", "gone"))),
        ),
    ),
    "similar": similar_json(Similar(CARD, RESULTS, 6742, 5, None, ("nothing",), 3.21)),
    "related": related_json(
        Related(CARD, (Relative(RESULTS[0], (Reason("rare tag", "#raft", 0.25),)),), ("odd",), 1.25)
    ),
    "duplicates": duplicates_json(
        Duplicates(
            (DuplicateGroup(CARD, (Duplicate(CARD, Alike("same content", 1.0)),), ("archive/1",)),),
            9, ("few",), 2.5,
        )
    ),
    "listing": listing_json(Listing((CARD,), 9)),
    "why": why_json(
        Why("/v/a.md", State.STALE, "changed", "vault", CARD, 3, 2, 1, "abc", "index",
            Ranked("raft", "hybrid", RESULTS[0], 1000, 12))
    ),
    "document": reading_json(Reading(CARD, "a\n", 1, 1, 9, True, ("changed",))),
    "check": wire.check_json(Check("model", Health.FAILED, "altered", "reinstall")),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_shape_is_the_golden_one(name: str, accept: bool) -> None:
    path = ROOT / "tests" / "golden" / "wire" / f"{name}.json"
    text = json.dumps(SHAPES[name], ensure_ascii=False, indent=1) + "\n"
    assert golden(path, text, accept) == text


def test_parts_are_shown_only_when_asked_for() -> None:
    shown = wire.answer_json(ANSWER)["results"]
    assert {row["explain"] for row in shown} == {None}


def test_confidence_has_three_words() -> None:
    assert [wire.confidence(score) for score in (0.0, 0.2, 0.5, 1.0)] == [
        "low",
        "medium",
        "high",
        "high",
    ]
