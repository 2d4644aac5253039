"""Words that no text can become are left out of a bundle: a thousand rows of the word table.

Not run by itself; `export` trims, and `student` puts the rows back when a bundle is begun with.
BERT's vocabulary keeps places for words to come, ``[unused0]`` to ``[unused993]``. Its tokenizer
splits at brackets, so that nothing that anybody writes is ever one of them.
"""

import json
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Table = NDArray[np.float32]
UNUSED = re.compile(r"\[unused\d+\]")


def trimmed(tokenizer: Tokenizer, table: Table) -> tuple[Tokenizer, Table]:
    """The tokenizer without unused words, and the rows (words, W) of those that stay."""
    kept = [word for word in in_order(tokenizer) if not UNUSED.fullmatch(word)]
    rows = np.array([tokenizer.token_to_id(word) for word in kept], dtype=np.int64)
    return numbered(tokenizer, {word: at for at, word in enumerate(kept)}), table[rows]


def restored(table: Table, own: Tokenizer, whole: Tokenizer) -> Table:
    """The rows of a trimmed table at the numbers that ``whole`` has for them; the others are 0."""
    full = np.zeros((whole.get_vocab_size(), table.shape[1]), dtype=table.dtype)
    for word, number in own.get_vocab().items():
        full[whole.token_to_id(word)] = table[number]
    return full


def in_order(tokenizer: Tokenizer) -> list[str]:
    """The vocabulary, by number."""
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def numbered(tokenizer: Tokenizer, numbers: dict[str, int]) -> Tokenizer:
    """The same tokenizer with these words alone, under these numbers."""
    told: dict[str, Any] = json.loads(tokenizer.to_str())
    told["model"]["vocab"] = numbers
    for token in told["added_tokens"]:
        token["id"] = numbers[token["content"]]
    for token in ((told["post_processor"] or {}).get("special_tokens") or {}).values():
        token["ids"] = [numbers[word] for word in token["tokens"]]
    return Tokenizer.from_str(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
