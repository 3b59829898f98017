"""The whole loss of Wang 2023, Eq. 7: classes, boxes and, from the second round on, the teacher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.training.losses.centre_point import centre_point_loss
from ichcore.training.losses.self_distillation import self_distillation_loss
from ichcore.training.losses.weighted_cross_entropy import BLEND_WEIGHTS, weighted_cross_entropy

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class BlendSignLoss:
    """``L = L_wce + λ1 L_det + λ2 L_skd``.

    Attributes:
        detection: λ1.
        distillation: λ2.
        class_weights: of L_wce: no hemorrhage, hemorrhage, blend sign.
        per: what L_det is divided by; see :func:`centre_point_loss`.
    """

    detection: float = 1.0
    distillation: float = 10.0
    class_weights: tuple[float, ...] = BLEND_WEIGHTS
    per: str = "cells"

    def __call__(
        self,
        logits: Tensor,
        labels: Tensor,
        *,
        maps: Tensor | None = None,
        target: Tensor | None = None,
        teacher: Tensor | None = None,
    ) -> Tensor:
        """The loss of a batch; what is not given is left out, as in the rows of Table 3.

        Args:
            logits: of the three classes, ``(B, 3)``.
            labels: int64 ``(B,)``.
            maps: ``(B, 5, h, w)`` of the detector.
            target: what the maps should be.
            teacher: the teacher's logits ``(B, 3)``; none in the first round.
        """
        loss = weighted_cross_entropy(logits, labels, self.class_weights)
        if maps is not None and target is not None:
            loss = loss + self.detection * centre_point_loss(maps, target, per=self.per)
        if teacher is not None:
            loss = loss + self.distillation * self_distillation_loss(logits, teacher)
        return loss
