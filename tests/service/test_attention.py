"""What waits for its turn while much is indexed, and what the waiting costs."""

from collections.abc import Collection

from asterisk_search.service.attention import Attentive, Requests
from tests.fakes import FakeClock


def nothing(source: str, refs: Collection[bytes]) -> None:
    """There is nothing to attend to."""


def test_a_scan_is_not_held_up_by_its_own_steps_but_rests_as_long_as_it_is_made_to() -> None:
    clock = FakeClock()
    rests: list[float] = []

    def sleep(seconds: float) -> None:
        rests.append(seconds)
        clock.advance(seconds)

    attentive = Attentive(Requests(), nothing, sleep=sleep)
    attentive.begin("scan", 0, "files")
    for _ in range(1000):
        attentive.advance(1)
    assert not rests, "even a sleep of no time costs as much as looking at several files"
    attentive.wait(0.5)
    assert rests == [0.5]
