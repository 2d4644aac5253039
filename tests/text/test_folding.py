"""Comparing names the way people do, and counting without a model."""

from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.approximate import ApproximateCounter
from asterisk_search.text.folding import fold, folder_key, printable, tag_key


def test_case_and_form_do_not_matter() -> None:
    assert fold("CAFÉ") == fold("cafe\u0301")
    assert fold("Straße") == fold("STRASSE")


def test_tags_and_folders_have_one_key_each() -> None:
    assert tag_key("#Area/Work/") == tag_key(" area/work ") == "area/work"
    assert folder_key("./Projects/Raft/") == folder_key("projects\\raft") == "projects/raft"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_any_path_can_be_printed() -> None:
    assert printable("caf\udce9.md") == "caf?.md"
    printable("\ud800").encode()


def test_the_estimate_of_tokens_is_a_little_generous() -> None:
    counter = ApproximateCounter()
    assert counter.count_tokens("") == 0
    assert counter.count_tokens("A candidate wins when a majority votes for it.") == 12
