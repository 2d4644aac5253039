"""Where the arithmetic is done: on one CUDA device where there is one, else on the processor.

Not run by itself; `teach` and `train` ask it. In bfloat16 where the device has it: weights, sums
and the last projection stay in float32.
"""

import platform
from collections.abc import Mapping
from functools import cache

import torch

BFLOAT16 = ("avx512_bf16", "amx_bf16", "bf16")
"""What processors that multiply in bfloat16 say of themselves; others only imitate it, slowly."""

PRODUCTS = ("avx2", "avx512_f", "avx_vnni", "avx512_vnni", "amx_int8", "asimd", "dotprod", "i8mm")
"""What decides how fast a processor multiplies floats and eight-bit integers."""


def best() -> torch.device:
    """The device that all work goes to."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def narrow(device: torch.device) -> torch.autocast:
    """A context in which products are computed in bfloat16, if that is not slower than float32.

    Nothing is kept of it: casts that are kept would be shared by batches that run side by side.
    """
    return torch.autocast(
        device.type,
        dtype=torch.bfloat16,
        enabled=device.type != "cpu" or multiplies(capabilities()),
        cache_enabled=False,
    )


@cache
def capabilities() -> Mapping[str, object]:
    """What the processor says of itself, by name."""
    found: Mapping[str, object] = torch.cpu.get_capabilities()
    return found


def multiplies(found: Mapping[str, object]) -> bool:
    """Whether a processor of these capabilities has instructions for bfloat16."""
    return any(found.get(name) for name in BFLOAT16)


def described(found: Mapping[str, object]) -> str:
    """The kind of a processor of these capabilities, and how it multiplies."""
    having = ", ".join(name for name in PRODUCTS if found.get(name))
    return f"{platform.machine()} with {having}" if having else platform.machine()
