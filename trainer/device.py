"""Where the arithmetic is done: on one CUDA device where there is one, else on the processor.

Not run by itself; `teach` and `train` ask it. In bfloat16 on either: weights, sums and the last
projection stay in float32.
"""

import torch


def best() -> torch.device:
    """The device that all work goes to."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def narrow(device: torch.device) -> torch.autocast:
    """A context in which products are computed in bfloat16.

    Nothing is kept of it: casts that are kept would be shared by batches that run side by side.
    """
    return torch.autocast(device.type, dtype=torch.bfloat16, cache_enabled=False)
