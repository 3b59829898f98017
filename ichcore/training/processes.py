"""Processes that train one network together, as ``torchrun`` starts them; without it only this one."""

from __future__ import annotations

import contextlib
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import torch
from torch import distributed

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = timedelta(hours=24)
"""How long one waits for another, which may be making a set; torchrun ends all when one dies."""


@contextlib.contextmanager
def together() -> Iterator[None]:
    """Meet the processes that torchrun started beside this one, and part from them at the block's end.

    Raises:
        InputError: if there are more processes on this machine than GPUs.
    """
    if not distributed.is_torchelastic_launched() or distributed.is_initialized():
        yield
        return
    backend = "gloo"
    if torch.cuda.is_available():
        here, gpus = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if here >= gpus:
            raise InputError(
                f"torchrun started {os.environ['LOCAL_WORLD_SIZE']} processes on a machine with {gpus} GPUs; "
                f"give --nproc_per_node {gpus}, or hide the GPUs to train on processors."
            )
        torch.cuda.set_device(here)
        backend = "cpu:gloo,cuda:nccl"
    distributed.init_process_group(backend, timeout=PATIENCE)
    try:
        yield
    finally:
        distributed.destroy_process_group()


def count() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def number() -> int:
    """Which of them this is, also before they have met; 0 writes what is written, and says what is said."""
    return int(os.environ["RANK"]) if distributed.is_torchelastic_launched() else 0


def beside() -> int:
    """How many of them run on this machine."""
    return int(os.environ["LOCAL_WORLD_SIZE"]) if count() > 1 else 1


def wait() -> None:
    """Wait until all have come here."""
    if count() > 1:
        # on the processor also where GPUs train, so that a long wait keeps none of them busy
        distributed.all_reduce(torch.zeros(1))


def agreed(said: bool) -> bool:
    """What the first process says; each must ask."""
    if count() == 1:
        return said
    word = torch.tensor([float(said)])
    distributed.broadcast(word, src=0)
    return bool(word)


@contextlib.contextmanager
def first_alone() -> Iterator[None]:
    """The first process runs the block by itself; then the others do, and find what it left on the disk."""
    if number() > 0:
        wait()
    yield
    if number() == 0:
        wait()
