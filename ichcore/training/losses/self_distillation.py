"""What a student takes from its teacher, the model of the round before (Wang 2023, Eq. 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

ROUNDS = 3
"""[ours] Rounds of distillation; the paper leaves the number open."""


def self_distillation_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """``KL(ŷ_teacher ‖ ŷ_student)`` over exclusive classes, averaged over slices.

    Args:
        student: logits ``(B, classes)``.
        teacher: logits ``(B, classes)``; no gradient flows into them.
    """
    log_t = torch.log_softmax(teacher.detach().float(), dim=1)
    log_s = torch.log_softmax(student.float(), dim=1)
    return (log_t.exp() * (log_t - log_s)).sum(dim=1).mean()
