"""Which device a model runs on, how many threads it may take, and how exactly it computes."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import torch

from ichcore.errors import IchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from torch import nn

LARGE_PARAMETERS = 10_000_000
"""Networks of this many parameters are worth half precision; the compact ones are fast enough without."""


def choose_device(name: str | None = None) -> torch.device:
    """The named device, or the best there is: cuda, then mps, then cpu.

    Raises:
        IchError: if the named device is not there.
    """
    if name is None or name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise IchError(f"{name!r} is no device; give cpu, cuda, cuda:1, mps or auto.") from error
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }.get(device.type, False)
    if not there:
        raise IchError(f"The device {name!r} is not available on this machine; give cpu or auto.")
    return device


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def considerate_threads() -> int:
    """All usable cores but one, and at least one, so that an interface keeps a core's worth of air."""
    return max(1, usable_cores() - 1)


@contextlib.contextmanager
def limited_threads(threads: int) -> Iterator[None]:
    """Let torch compute with this many threads inside the block.

    torch keeps one number for the process; it is put back afterwards, which is sound because one lane
    owns the compute device.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, threads))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def worthwhile_precision(network: nn.Module, device: torch.device) -> AbstractContextManager[object]:
    """bfloat16 for a large network on a processor that has units for it, else float32.

    A published backbone then takes half the time. Its probabilities differ in the third digit; maps are
    always computed in float32.
    """
    large = sum(p.numel() for p in network.parameters()) >= LARGE_PARAMETERS
    units = device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(large and units))
