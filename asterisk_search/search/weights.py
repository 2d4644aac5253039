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


HYBRID: Final = Weights(-7.8562, 2.8975, 7.1624, 0.7414, 1.1912, 0.19)
KEYWORD: Final = Weights(-6.7387, 7.3324, 0.0, 0.0, 0.0, 0.19)
SEMANTIC: Final = Weights(-7.9519, 0.0, 11.3263, 0.0, 0.0, 0.19)
HIGH: Final = 0.5
"""Score from which confidence is high: more likely than not, it answers."""
MEDIUM: Final = 0.07
"""Score from which it is medium; below, nothing matches well."""
