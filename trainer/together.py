"""One contrast over several batches: each text must be found among the passages of all of them.

Not run by itself; `step` calls it. More wrong answers than fit into memory at once: the vectors of
all batches are computed without their graphs, the contrast of all says how each vector should move,
and each batch then runs again, alone, and is pulled that way.
Source: Gao et al., "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup"
(2021), known as gradient caching.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer import losses


@dataclass(frozen=True, slots=True)
class Part:
    """A batch: N anchors, then their N passages, then hard negatives."""

    vectors: Tensor
    """The student's, (all, D)."""
    theirs: Tensor
    """The teacher's, (all, D)."""
    pairs: int
    """N."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What the contrast of all batches wants of the vectors of one."""

    gradient: Tensor
    """(all, D); so many times the loss's own as there are batches, of whose gradients a step takes
    the mean."""
    loss: float

    def on(self, vectors: Tensor) -> Tensor:
        """A loss with the value of the whole and this gradient."""
        pulled = (vectors * self.gradient).sum()
        return pulled - pulled.detach() + self.loss


def contrast(vectors: Tensor, theirs: Tensor, n: int, scale: float) -> Tensor:
    """InfoNCE of ``n`` anchors, then their passages, then hard negatives: (all, D) twice -> ()."""
    allowed = losses.wrong_answers(theirs[:n], theirs[n:])
    return losses.contrast(vectors[:n], vectors[n:], allowed, scale)


def pulls(parts: Sequence[Part], scale: float) -> list[Pull]:
    """What the common contrast says to each part."""
    leaves = [part.vectors.detach().requires_grad_() for part in parts]
    counts = [part.pairs for part in parts]
    mine = ordered(leaves, counts)
    theirs = ordered([part.theirs for part in parts], counts)
    n = sum(counts)
    loss = contrast(mine, theirs, n, scale)
    gradients = torch.autograd.grad(loss, leaves)
    return [Pull(len(parts) * gradient, float(loss.detach())) for gradient in gradients]


def ordered(vectors: Sequence[Tensor], counts: Sequence[int]) -> Tensor:
    """All anchors, then all passages in the same order, then all hard negatives."""
    sides = [v.tensor_split([n, 2 * n]) for v, n in zip(vectors, counts, strict=True)]
    return torch.cat([side[at] for at in range(3) for side in sides])
