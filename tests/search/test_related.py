"""What belongs to a note, and which notes say the same."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.answers import Filters
from asterisk_search.search.duplicates import Finder
from asterisk_search.search.links import incoming, outgoing
from asterisk_search.search.related import Kin, related
from asterisk_search.search.semantic import open_index
from asterisk_search.search.similar import Neighbourhood, gather
from asterisk_search.sources.obsidian import ObsidianSource
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.relations import SqliteRelations
from asterisk_search.text.shingles import containment, resemblance, shingles
from asterisk_search.views import Order
from tests.catalogs import Workbench
from tests.fakes import FakeEmbedder

STORY = (
    "The harbour crane was moved last spring because the old quay had sunk by a hand's breadth, "
    "and nobody could say since when. Divers found the piles eaten by worms. The crane now stands "
    "on the new quay, where trains can reach it, and the old one is for anglers and their radios."
)
NOTES = {
    "Harbour.md": "See [[Crane]], [plan](Plans/Quay%20plan.md) and https://www.example.org/quay/ "
                  "#harbour/works\n\nOn the tides and the pilots of our little harbour.",
    "Crane.md": "A machine for lifting.\n\nBack to [[harbour|the port]].",
    "Plans/Quay plan.md": "Drawings of walls, see [up](../Harbour.md#tides).",
    "Press.md": "Somebody wrote at http://example.org/quay?utm_source=x about it.",
    "Works.md": "Concrete and steel, a list. #harbour/works",
    "Other/Crane.md": "A bird with long legs.",
    "Story.md": STORY,
    "Story copy.md": STORY,
    "Sub/Story again.md": STORY + " So it goes.",
    "Subject.md": "The crane at the harbour was moved in spring: the quay is sinking, say divers.",
    "Days/2024-01-05.md": "Rain.",
    "Days/2024-01-05 walk.md": "Mud everywhere on the path.",
    "Short one.md": "To do: buy milk",
    "Short two.md": "To do: buy milk soon",
}  # fmt: skip


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteRelations]:
    root = tmp_path_factory.mktemp("related") / "vault"
    for path, text in NOTES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    catalog = root.parent / "catalog.sqlite3"
    bench = Workbench(catalog, ObsidianSource("fake", root), FakeEmbedder())
    bench.update()
    yield SqliteRelations(catalog)
    bench.close()


def paths(net: SqliteRelations, documents: Iterable[int]) -> list[str]:
    cards = [net.card(document) for document in documents]
    return sorted(card.path for card in cards if card)


def related_to(net: SqliteRelations, path: str, filters: Filters | None = None) -> dict[str, Kin]:
    card = net.by_path(path)[0]
    index = open_index(net, VectorFiles(Path("/nowhere")), 64, 999)
    narrowed = filters or Filters()
    vectors = gather(net, net.speaking([card.document])[card.document])[1]
    near = Neighbourhood(net, index, narrowed).around(vectors, card.document)
    found = related(card, net, near, lambda some: net.passing(list(some), narrowed))
    return {kin.group.passage.path: kin for kin in found}


def kinds(kin: Kin) -> set[str]:
    return {reason.kind for reason in kin.reasons} - {"meaning", "same day"}


def test_links_lead_where_obsidian_leads(net: SqliteRelations) -> None:
    harbour = net.by_path("Harbour.md")[0]
    assert paths(net, outgoing(net, harbour)) == ["Crane.md", "Plans/Quay plan.md"]
    assert paths(net, incoming(net, harbour)) == ["Crane.md", "Plans/Quay plan.md"]
    bird = net.by_path("Other/Crane.md")[0]
    assert incoming(net, bird) == set()
    assert net.at_path("crane.md", harbour.document) == net.by_path("Crane.md")[0].document
    assert net.at_path("Cräne.md", harbour.document) is None


def test_every_reason_is_named(net: SqliteRelations) -> None:
    found = related_to(net, "Harbour.md")
    assert kinds(found["Crane.md"]) == {"links to", "linked from"}
    assert kinds(found["Press.md"]) == {"same address"}
    assert kinds(found["Works.md"]) == {"rare tag"}
    details = {r.kind: r.detail for kin in found.values() for r in kin.reasons}
    assert details["same address"] == "example.org/quay"
    assert details["rare tag"] == "#harbour/works"


def test_two_reasons_outrank_one_and_scores_stay_below_one(net: SqliteRelations) -> None:
    scores = {path: kin.group.score for path, kin in related_to(net, "Harbour.md").items()}
    assert scores["Crane.md"] > scores["Press.md"] > 0
    assert all(0 <= score <= 1 for score in scores.values())
    assert list(scores.values()) == sorted(scores.values(), reverse=True)


def test_the_same_day_is_a_reason(net: SqliteRelations) -> None:
    found = related_to(net, "Days/2024-01-05.md")["Days/2024-01-05 walk.md"]
    assert ("same day", "2024-01-05") in {(r.kind, r.detail) for r in found.reasons}


def test_filters_hold_for_every_reason(net: SqliteRelations) -> None:
    assert set(related_to(net, "Harbour.md", Filters(folders=("Plans",)))) == {"Plans/Quay plan.md"}


def test_duplicates_are_grouped_with_the_one_to_keep(net: SqliteRelations) -> None:
    cards = {card.document: card for card in net.listed(Filters(), Order.PATH, -1)}
    index = open_index(net, VectorFiles(Path("/nowhere")), 64, 999)
    groups = Finder(net, index, cards).find()
    assert len(groups) == 1
    group = groups[0]
    assert group.keep.path == "Sub/Story again.md"  # the longest
    assert {other.card.path for other in group.others} == {"Story.md", "Story copy.md"}
    assert all(0.8 <= other.alike.share < 1 for other in group.others)


def test_without_vectors_equal_content_is_still_found(net: SqliteRelations) -> None:
    cards = {card.document: card for card in net.listed(Filters(), Order.PATH, -1)}
    [group] = Finder(net, None, cards).find()
    assert [group.keep.path, group.others[0].card.path] in (
        ["Story.md", "Story copy.md"],
        ["Story copy.md", "Story.md"],
    )
    assert group.others[0].alike.how == "same content"


def test_shares_of_words_in_common_by_hand() -> None:
    one, other = shingles("a b c d e"), shingles("b c d e f")
    assert resemblance(one, other) == pytest.approx(1 / 3)
    assert containment(one, shingles("A, b, c, d, e, f g!")) == 1
    assert resemblance(shingles(""), shingles("")) == 0
    assert len(shingles("two words")) == 1


@given(st.text(max_size=200), st.text(max_size=200))
def test_resemblance_is_symmetric_and_at_most_containment(one: str, other: str) -> None:
    a, b = shingles(one), shingles(other)
    assert resemblance(a, b) == resemblance(b, a) <= containment(a, b) <= 1
    assert not a or resemblance(a, a) == 1
