"""One step's pictures shared out among processes, and what a network says of them put together again.

Every process has the whole batch, sends its share through the network, gets what the others found, and
computes the loss of the whole. So a loss may look at a batch as it likes (a mean over known labels, over
bleeding cells, Dice), and its gradient is that of one process to the last digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, distributed

from ichcore.training import processes

if TYPE_CHECKING:
    from collections.abc import Callable


def shared_out(compute: Callable[[Tensor], Tensor], pictures: Tensor) -> Tensor:
    """``compute(pictures)``, each process computing its share.

    Shares are of one size; where the pictures do not suffice, first ones are computed twice and dropped. What
    is drawn at random within differs between processes, what is drawn afterwards does not.

    Args:
        compute: from ``(n, …)`` to ``(n, …)``, picture by picture.
        pictures: ``(B, …)``, the same in every process.
    """
    if processes.count() == 1:
        return compute(pictures)
    each = -(-len(pictures) // processes.count())
    mine = (torch.arange(each) + processes.number() * each) % len(pictures)
    with torch.random.fork_rng([pictures.device] if pictures.is_cuda else []):
        torch.manual_seed(torch.initial_seed() + 1 + processes.number())
        share = compute(pictures[mine.to(pictures.device)])
    return put_together(share, len(pictures))


def put_together(share: Tensor, whole: int) -> Tensor:
    """The shares of all processes, ``(whole, …)``; its gradient reaches each process's own."""
    if processes.count() == 1:
        return share
    shares: Tensor = _PutTogether.apply(share)
    return shares[:whole]


class _PutTogether(torch.autograd.Function):
    """Gathers; backwards hands each process the gradient of its share.

    All have computed the same loss, so nothing needs to be sent back. Each gradient is of the whole loss, and
    they will be averaged although only their sum is complete: hence the factor.
    """

    @staticmethod
    def forward(ctx: Any, share: Tensor) -> Tensor:
        """``(n, …)`` to ``(processes · n, …)``."""
        ctx.each = len(share)
        share = share.contiguous()
        shares = [torch.empty_like(share) for _ in range(processes.count())]
        distributed.all_gather(shares, share)
        return torch.cat(shares)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """``(processes · n, …)`` to ``(n, …)``."""
        start = processes.number() * ctx.each
        return gradients[0][start : start + ctx.each] * processes.count()
