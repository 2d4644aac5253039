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


HYBRID: Final = Weights(-7.7897, 2.8241, 7.0882, 0.8536, 1.188, 0.1896)
KEYWORD: Final = Weights(-6.7101, 7.2983, 0.0, 0.0, 0.0, 0.1896)
SEMANTIC: Final = Weights(-7.894, 0.0, 11.2583, 0.0, 0.0, 0.1896)
HIGH: Final = 0.5
"""Score from which confidence is high: more likely than not, it answers."""
MEDIUM: Final = 0.08
"""Score from which it is medium; below, nothing matches well."""
