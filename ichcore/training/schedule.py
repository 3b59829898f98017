"""Torch's optimiser and schedule for what a recipe says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from torch.optim import lr_scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import nn

    from ichcore.training.optimiser import Optimiser


def make_optimiser(
    o: Optimiser,
    parameters: Iterable[nn.Parameter],
    windows: Iterable[nn.Parameter],
    steps: Callable[[], int],
) -> Any:
    """What Lightning's ``configure_optimizers`` gives back.

    Args:
        o: what the recipe says.
        parameters: all that may move; those that ask for no gradient are left out.
        windows: the window layer's among them, which have their own rate.
        steps: of the whole training; asked only where the schedule depends on it.
    """
    own = {id(p) for p in windows}
    moving = [p for p in parameters if p.requires_grad]
    groups = [
        {"params": [p for p in moving if p.ndim > 1], "lr": o.learning_rate, "weight_decay": o.weight_decay},
        {"params": [p for p in moving if p.ndim <= 1 and id(p) not in own], "lr": o.learning_rate},
        {"params": [p for p in moving if id(p) in own], "lr": o.window_learning_rate},
    ]
    groups = [group for group in groups if group["params"]]
    optimiser: torch.optim.Optimizer
    if o.name == "sgd":
        optimiser = torch.optim.SGD(groups, lr=o.learning_rate, momentum=o.momentum, weight_decay=0.0)
    else:
        kind = torch.optim.AdamW if o.name == "adamw" else torch.optim.Adam
        optimiser = kind(groups, weight_decay=0.0)
    if o.schedule == "constant":
        return optimiser
    if o.schedule == "step":
        by_epoch = lr_scheduler.StepLR(optimiser, o.step_epochs, o.step_factor)
        return {"optimizer": optimiser, "lr_scheduler": {"scheduler": by_epoch, "interval": "epoch"}}
    total = steps()
    scheduler: lr_scheduler.LRScheduler
    if o.schedule == "poly":
        scheduler = lr_scheduler.PolynomialLR(optimiser, total, o.poly_power)
    else:
        peaks = [float(cast("float", group["lr"])) for group in groups]
        scheduler = lr_scheduler.OneCycleLR(
            optimiser, peaks, total_steps=total, pct_start=0.2, cycle_momentum=False
        )
    return {"optimizer": optimiser, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}
