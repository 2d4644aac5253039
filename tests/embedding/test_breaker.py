from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from asterisk_search.embedding.breaker import Breaker, State
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.protocols import TextRole
from tests.fakes import FakeClock, FakeEmbedder

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors


class Moody(FakeEmbedder):
    """Fails as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.error: BaseException | None = EmbedderUnavailable("out of memory", hint="buy some")
        self.asked = 0

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        self.asked += 1
        if self.error:
            raise self.error
        return super().embed(texts, role)


@pytest.fixture
def inner() -> Moody:
    return Moody()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(1000.0)


@pytest.fixture
def breaker(inner: Moody, clock: FakeClock) -> Breaker:
    return Breaker(inner, failures=3, cooldown=30.0, clock=clock)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(EmbedderUnavailable):
            breaker.embed(["text"])


def test_failures_in_a_row_open_it(breaker: Breaker, inner: Moody) -> None:
    fail(breaker, 3)
    assert breaker.state is State.OPEN
    fail(breaker, 5)
    assert inner.asked == 3


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker, inner: Moody) -> None:
    error = inner.error
    for _ in range(4):
        inner.error = error
        fail(breaker, 2)
        inner.error = None
        breaker.embed(["text"])
    assert breaker.state is State.CLOSED


def test_a_refusal_tells_the_reason_and_the_wait(breaker: Breaker, clock: FakeClock) -> None:
    fail(breaker, 3)
    clock.advance(10)
    with pytest.raises(EmbedderUnavailable, match=r"20 s more: out of memory") as caught:
        breaker.embed(["text"])
    assert caught.value.hint == "buy some"


def test_a_successful_trial_closes_it(breaker: Breaker, inner: Moody, clock: FakeClock) -> None:
    fail(breaker, 3)
    inner.error = None
    clock.advance(29.9)
    fail(breaker)
    clock.advance(0.1)
    assert breaker.embed(["text"]).shape == (1, inner.dim)
    assert breaker.state is State.CLOSED


def test_a_failed_trial_opens_it_again(breaker: Breaker, inner: Moody, clock: FakeClock) -> None:
    fail(breaker, 3)
    clock.advance(30)
    fail(breaker)
    assert (inner.asked, breaker.state) == (4, State.OPEN)
    clock.advance(29)
    fail(breaker)
    assert inner.asked == 4


def test_others_are_refused_during_the_trial(clock: FakeClock) -> None:
    refused: list[str] = []

    class Curious(Moody):
        def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
            if watched.state is State.HALF_OPEN:
                with pytest.raises(EmbedderUnavailable) as caught:
                    watched.embed(["another"])
                refused.append(caught.value.message)
            return super().embed(texts, role)

    curious = Curious()
    watched = Breaker(curious, failures=1, cooldown=5, clock=clock)
    fail(watched)
    clock.advance(5)
    curious.error = None
    watched.embed(["text"])
    assert len(refused) == 1
    assert watched.state is State.CLOSED


def test_a_fault_of_the_program_is_no_verdict(
    breaker: Breaker, inner: Moody, clock: FakeClock
) -> None:
    fail(breaker, 3)
    clock.advance(30)
    inner.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        breaker.embed(["text"])
    inner.error = None
    breaker.embed(["text"])
    assert breaker.state is State.CLOSED


def test_counting_goes_through_while_open(breaker: Breaker, inner: Moody) -> None:
    fail(breaker, 3)
    assert breaker.count_tokens("bread and butter") == 3
    assert (breaker.dim, breaker.max_tokens) == (inner.dim, inner.max_tokens)
    assert breaker.fingerprint == inner.fingerprint
