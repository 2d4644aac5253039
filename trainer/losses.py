"""What the student is told off for. Pure functions of unit vectors; tested by hand.

Not run by itself. N texts or pairs in a batch, D the dimension.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

ALIKE = 0.3
"""Cosine above which two texts say something about each other."""


def cosine(student: Tensor, target: Tensor) -> Tensor:
    """Mean of 1 − cosine between each vector and its target: (N, D), (N, D) -> ()."""
    return (1.0 - (student * target).sum(1)).mean()


def similarity(student: Tensor, target: Tensor, scale: float) -> Tensor:
    """How far the student's view of who is near whom is from the teacher's: (N, D) twice -> ().

    Mean over texts of KL(teacher ‖ student) between softmaxes of scaled cosines to the batch's
    other texts. Source: Fang et al., "SEED: Self-supervised Distillation" (2021).
    """
    mine = log_neighbours(student, scale)  # (N, N-1)
    theirs = log_neighbours(target, scale)
    return F.kl_div(mine, theirs, reduction="batchmean", log_target=True)


def nested(
    loss: Callable[[Tensor, Tensor], Tensor],
    student: Tensor,
    target: Tensor,
    lengths: Sequence[int],
) -> Tensor:
    """Mean of a loss of whole vectors and of their first so many numbers: (N, D) twice -> ().

    Source: Kusupati et al., "Matryoshka Representation Learning" (2022).
    """
    short = [[F.normalize(one[:, :n], dim=1) for one in (student, target)] for n in lengths]
    return torch.stack([loss(*pair) for pair in ([student, target], *short)]).mean()


def alike(student: Tensor, coach: Tensor) -> Tensor:
    """Mean squared difference of cosines, over what the coach finds alike: (N, D), (N, W) -> ().

    Of each two texts of a batch whose cosine is above `ALIKE` for the coach; 0 if there are none.
    Source: Reimers and Gurevych, "Sentence-BERT" (2019); with the cosines of a better network for
    scores, Thakur et al., "Augmented SBERT" (2021).
    """
    wished = coach @ coach.T  # (N, N)
    counts = (wished > ALIKE) & ~torch.eye(len(wished), dtype=torch.bool, device=wished.device)
    apart = (student @ student.T - wished).square()
    return (apart * counts).sum() / counts.sum().clamp(min=1)


def log_neighbours(vectors: Tensor, scale: float) -> Tensor:
    """Logarithm of the softmax of each text's cosines to the others: (N, D) -> (N, N-1)."""
    n = len(vectors)
    cosines = scale * vectors @ vectors.T  # (N, N)
    # Dropping the diagonal of an (N, N) matrix: skip its first cell, then every (N+1)th.
    others = cosines.flatten()[1:].view(n - 1, n + 1)[:, :-1].reshape(n, n - 1)
    return F.log_softmax(others, dim=1)


def contrast(anchors: Tensor, passages: Tensor, allowed: Tensor, scale: float) -> Tensor:
    """Symmetric InfoNCE: each anchor must find its passage, and each passage its anchor.

    ``anchors`` (N, D); ``passages`` (N + M, D), the M last being hard negatives; ``allowed``
    (N, N + M) says which passages may count as wrong answers (the diagonal always counts).
    Source: van den Oord et al., "Contrastive Predictive Coding" (2018).
    """
    n = len(anchors)
    right = torch.arange(n, device=anchors.device)
    logits = scale * anchors @ passages.T  # (N, N + M)
    own = torch.eye(n, len(passages), dtype=torch.bool, device=anchors.device)
    logits = logits.masked_fill(~allowed & ~own, -1e9)
    forth = F.cross_entropy(logits, right)
    back = F.cross_entropy(logits[:, :n].T, right)
    return (forth + back) / 2


def order(cosines: Tensor, scores: Tensor, scale: float) -> Tensor:
    """How far the order of cosines is from that of people's scores: (N,), (N,) -> ().

    log(1 + Σ exp(scale · (cᵢ − cⱼ))) over all i, j of which people find i less alike than j.
    Source: Su, "CoSENT" (2022).
    """
    apart = scale * (cosines[:, None] - cosines[None, :])  # (N, N)
    wrong = apart[scores[:, None] < scores[None, :]]
    return torch.logsumexp(torch.cat([wrong.new_zeros(1), wrong]), 0)


def wrong_answers(anchors: Tensor, passages: Tensor, margin: float = 0.0) -> Tensor:
    """Which passages the teacher finds further from an anchor than its own: (N, N + M), boolean.

    What the teacher finds nearer may well be right; it is no negative.
    Source: Solatorio, "GISTEmbed" (2024).
    """
    cosines = anchors @ passages.T  # (N, N + M)
    own = cosines.diagonal()[:, None]  # (N, 1)
    return cosines < own - margin
