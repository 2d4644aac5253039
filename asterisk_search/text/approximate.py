"""Counting tokens without the model."""

import re

_PIECE = re.compile(r"\w{1,6}|[^\w\s]")


class ApproximateCounter:
    """`protocols.TokenCounter` for when the model's own tokenizer cannot be loaded.

    Slightly more than WordPiece counts on English prose, so that passages stay within the budget.
    Documents prepared with it are prepared again once the model is back.
    """

    def count_tokens(self, text: str) -> int:
        """About the number of word pieces of ``text``."""
        return sum(1 for _ in _PIECE.finditer(text))
