"""Where the arithmetic is done, and how wide."""

import pytest
import torch

from trainer import device


@pytest.mark.parametrize("name", device.BFLOAT16)
def test_a_processor_that_multiplies_in_bfloat16_is_asked_to(name: str) -> None:
    assert device.multiplies({"avx2": True, name: True})


@pytest.mark.parametrize("name", ["avx2", "avx512_f", "neon"])
def test_one_that_would_only_imitate_it_is_not(name: str) -> None:
    assert not device.multiplies({name: True, "avx512_bf16": False})


def test_a_processor_is_described_by_how_it_multiplies() -> None:
    told = device.described({"avx2": True, "amx_int8": False, "avx512_vnni": True, "sse": True})
    assert told.endswith(" with avx2, avx512_vnni")
    assert " with " not in device.described({"sse": True})


def test_this_processor_is_asked_what_it_says_it_can() -> None:
    with device.narrow(torch.device("cpu")):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    narrow = device.multiplies(device.capabilities())
    assert product.dtype == (torch.bfloat16 if narrow else torch.float32)
