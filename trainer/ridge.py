"""Least squares that stay solvable where the data say nothing.

Not run by itself; projections, heads and what goes round feed-forward are fitted with it.
Source: Hoerl and Kennard, "Ridge Regression" (1970).
"""

import torch
from torch import Tensor


def solve(moments: Tensor, wished: Tensor, share: float) -> Tensor:
    """The matrix that comes nearest: products of inputs (k, k), and with what is wished (k, m).

    It is pulled towards 0 by this share of the inputs' mean square.
    """
    pull = share * moments.diagonal().mean() * torch.eye(len(moments), dtype=moments.dtype)
    found: Tensor = torch.linalg.solve(moments + pull, wished)  # (k, m)
    return found
