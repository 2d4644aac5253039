"""Unused words go, and nothing that anybody writes is read otherwise."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from asterisk_search.embedding.load import BUNDLED
from trainer import tokens, vocabulary
from trainer.errors import TrainerError

OURS = tokens.load(BUNDLED)
EXTRA = {"[unused0]": 0, "[unused7]": 3}


def with_unused() -> Tokenizer:
    """The bundled tokenizer, places for words to come among its words."""
    words = [word for word in vocabulary.in_order(OURS) if not vocabulary.UNUSED.fullmatch(word)]
    for word, at in EXTRA.items():
        words.insert(at, word)
    return vocabulary.numbered(OURS, {word: at for at, word in enumerate(words)})


WHOLE = with_unused()
TABLE = np.arange(WHOLE.get_vocab_size(), dtype=np.float32)[:, None].repeat(2, axis=1)
TRIMMED, ROWS = vocabulary.trimmed(WHOLE, TABLE)


@given(st.text(max_size=60))
def test_every_text_still_reads_the_same_rows(text: str) -> None:
    before, after = WHOLE.encode(text), TRIMMED.encode(text)
    assert after.tokens == before.tokens
    assert (ROWS[after.ids] == TABLE[before.ids]).all()


def test_what_looks_like_an_unused_word_is_none() -> None:
    assert "[unused0]" not in WHOLE.encode("[unused0] and [unused7]").tokens


def test_unused_words_are_gone_and_special_ones_stay() -> None:
    assert len(ROWS) == TRIMMED.get_vocab_size() == WHOLE.get_vocab_size() - len(EXTRA)
    framed = json.loads(TRIMMED.to_str())["post_processor"]["special_tokens"]
    assert framed["[CLS]"]["ids"] == [TRIMMED.token_to_id("[CLS]")]
    assert TRIMMED.encode("").tokens == ["[CLS]", "[SEP]"]


def test_the_rows_come_back_to_their_places() -> None:
    back = vocabulary.restored(ROWS, TRIMMED, WHOLE)
    unused = list(EXTRA.values())
    assert (back[unused] == 0).all()
    assert (np.delete(back, unused, axis=0) == np.delete(TABLE, unused, axis=0)).all()
    assert (vocabulary.restored(TABLE, WHOLE, WHOLE) == TABLE).all()


def test_a_tokenizer_with_other_numbers_is_refused(tmp_path: Path) -> None:
    Tokenizer(WordLevel({"<s>": 0})).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(TrainerError, match="not BERT's tokenizer"):
        tokens.load(tmp_path)
