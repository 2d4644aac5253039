"""Items that tell one story become a group, without chains."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asterisk_search.feeds import Cluster, Facts, facts_of, group_similar
from asterisk_search.feeds.grouping import Linkage

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

LINKAGES: list[Linkage] = ["leader", "complete"]


def at_degrees(*angles: float) -> "Vectors":
    """Unit vectors in a plane: their cosines are those of the angles between them."""
    return np.array(
        [[math.cos(math.radians(a)), math.sin(math.radians(a))] for a in angles], dtype=np.float32
    )


def members(groups: list[Cluster]) -> list[tuple[str, ...]]:
    return [group.members for group in groups]


@pytest.mark.parametrize("linkage", LINKAGES)
def test_likes_are_grouped_with_every_cosine(linkage: Linkage) -> None:
    groups = group_similar(["a", "b", "c"], at_degrees(0, 90, 10), threshold=0.9, linkage=linkage)
    assert members(groups) == [("a", "c"), ("b",)]
    assert groups[0].similarities == ((1.0, 0.9848), (0.9848, 1.0))


@pytest.mark.parametrize("linkage", LINKAGES)
def test_no_group_is_a_chain(linkage: Linkage) -> None:
    """Each is like the next, but the first is not like the last."""
    ids = [f"{n:02}" for n in range(12)]
    vectors = at_degrees(*[n * 20.0 for n in range(12)])
    for group in group_similar(ids, vectors, threshold=0.9, linkage=linkage):
        assert min(group.similarities[0]) >= 0.9


def test_the_leader_is_the_newest_and_the_order_of_items_does_not_matter() -> None:
    ids, times = ["old", "new", "other"], [1.0, 3.0, 2.0]
    vectors = at_degrees(0, 5, 90)
    groups = group_similar(ids, vectors, times, threshold=0.9)
    assert members(groups) == [("new", "old"), ("other",)]
    turned = group_similar(ids[::-1], vectors[::-1], times[::-1], threshold=0.9)
    assert turned == groups


@pytest.mark.parametrize("linkage", LINKAGES)
def test_what_lies_too_far_apart_in_time_stays_apart(linkage: Linkage) -> None:
    vectors = at_degrees(0, 1)
    near = group_similar(["a", "b"], vectors, [0, 10], window=10, linkage=linkage)
    far = group_similar(["a", "b"], vectors, [0, 11], window=10, linkage=linkage)
    assert (len(near), len(far)) == (1, 2)


@pytest.mark.parametrize("linkage", LINKAGES)
def test_one_source_must_say_it_more_alike(linkage: Linkage) -> None:
    vectors = at_degrees(0, 24)  # cosine 0.914
    pair = ["a", "b"]
    own = group_similar(pair, vectors, None, ["x", "x"], 0.9, linkage=linkage)
    others = group_similar(pair, vectors, None, ["x", "y"], 0.9, linkage=linkage)
    unknown = group_similar(pair, vectors, None, ["", ""], 0.9, linkage=linkage)
    assert (len(own), len(others), len(unknown)) == (2, 1, 1)
    assert len(group_similar(pair, at_degrees(0, 0), None, ["x", "x"], 1.0, linkage=linkage)) == 1


@pytest.mark.parametrize("linkage", LINKAGES)
def test_other_names_or_numbers_stay_apart(linkage: Linkage) -> None:
    facts = [Facts(names=frozenset({"chile"})), Facts(names=frozenset({"japan"}))]
    assert len(group_similar(["a", "b"], at_degrees(0, 1), facts=facts, linkage=linkage)) == 2


def test_nothing_gives_no_group() -> None:
    assert group_similar([], np.empty((0, 256), dtype=np.float32)) == []


@pytest.mark.parametrize(
    ("ids", "count", "options"),
    [
        (["a"], 2, {}),
        (["a", "a"], 2, {}),
        (["a", "b"], 2, {"times": [1.0]}),
        (["a", "b"], 2, {"threshold": 1.5}),
        (["a", "b"], 2, {"window": -1.0}),
        (["a", "b"], 2, {"linkage": "single"}),
    ],
)
def test_what_does_not_fit_is_refused(
    ids: list[str], count: int, options: dict[str, object]
) -> None:
    with pytest.raises(ValueError):
        group_similar(ids, at_degrees(*range(count)), **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not finite"):
        group_similar(["a"], np.full((1, 2), np.nan, dtype=np.float32))


@given(
    st.lists(st.integers(0, 359), min_size=1, max_size=25),
    st.sampled_from(LINKAGES),
    st.floats(0.5, 1.0),
)
@settings(max_examples=60)
def test_every_item_is_in_one_group_and_like_its_leader(
    angles: list[int], linkage: Linkage, threshold: float
) -> None:
    ids = [str(n) for n in range(len(angles))]
    groups = group_similar(ids, at_degrees(*angles), threshold=threshold, linkage=linkage)
    assert sorted(m for group in groups for m in group.members) == sorted(ids)
    for group in groups:
        rows = group.similarities if linkage == "complete" else group.similarities[:1]
        assert all(value >= threshold - 1e-3 for row in rows for value in row)
    assert group_similar(ids, at_degrees(*angles), threshold=threshold, linkage=linkage) == groups


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("A quake of 5.1 shook Chile", "A quake of 6.4 shook Japan", True),
        ("The town of Lindholm closes its bridge", "In Lindholm the bridge closes", False),
        ("Heron 4.1 is out", "Heron 4.2 is out", True),
        ("A storm in Oster killed 5 people", "The Oster storm killed 8", False),
        ("a fire destroyed 12 houses", "a fire destroyed 300 houses", True),
        ("a cat climbed a tree", "the dog of Mrs Kern barked", False),
        ("it sold 1,200 tickets", "tickets sold: 1200", False),
        ("In 2024 a law came", "a law of 2025 came", False),
        ("On Monday it snowed", "It snowed until Friday", False),
        ("Storm Hits Coast And Closes Schools", "the ferry to Oster runs again", False),
        ("NASA's probe has landed", "a probe of NASA landed", False),
        ("", "", False),
    ],
)  # fmt: skip
def test_names_and_numbers_tell_one_event_from_another(
    one: str, other: str, conflict: bool
) -> None:
    assert facts_of(one).conflicts(facts_of(other)) is conflict
    assert facts_of(other).conflicts(facts_of(one)) is conflict
