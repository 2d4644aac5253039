"""What evidence weighs, in log-odds. Written by ``python -m tests.benchmarks.tuning``; do not edit.

A result's score is the logistic function of the bias and of what each piece of evidence adds.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one mode."""

    bias: float
    keyword: float
    """Of BM25, as a share of what a passage with every word would get."""
    meaning: float
    """Of the cosine."""
    coverage: float
    """Of the share of the words that are there."""
    nearness: float
    """Of the share of the words that stand together."""
    unseen: float = 0.0
    """The cosine that a passage without a vector is taken to have."""


HYBRID: Final = Weights(-7.9783, 3.0355, 7.2044, 0.7105, 1.2176, 0.1959)
KEYWORD: Final = Weights(-6.7465, 7.3413, 0.0, 0.0, 0.0, 0.1959)
SEMANTIC: Final = Weights(-8.1042, 0.0, 11.5755, 0.0, 0.0, 0.1959)
HIGH: Final = 0.5
"""Score from which confidence is high: more likely than not, it answers."""
MEDIUM: Final = 0.09
"""Score from which it is medium; below, nothing matches well."""
