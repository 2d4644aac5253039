"""What crosses the socket arrives as it was sent."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.answers import Answer, Query
from asterisk_search.indexing.reports import Status
from asterisk_search.service.standing import Standing, Vitals
from asterisk_search.service.wire_records import decoded, encoded
from asterisk_search.views import Similar

st.register_type_strategy(float, st.floats(allow_nan=False).filter(math.isfinite))
KINDS: list[type[Any]] = [Answer, Query, Similar, Status, Standing, Vitals]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_record_survives_the_way(kind: type[Any]) -> None:
    @given(st.from_type(kind))
    def check(record: Any) -> None:
        line = json.dumps(encoded(record))
        assert "\n" not in line
        assert decoded(kind, json.loads(line)) == record

    check()


def test_names_that_are_no_text_survive_too() -> None:
    name = b"caf\xe9.md".decode("utf-8", "surrogateescape")
    assert decoded(Query, json.loads(json.dumps(encoded(Query(name))))) == Query(name)


@pytest.mark.parametrize("data", [None, [], {}, {"query": 1}, "text"], ids=repr)
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        decoded(Answer, data)
