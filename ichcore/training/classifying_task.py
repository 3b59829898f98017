"""What the training of classes shares: validation by AUC, over labels that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import torch
from torch import Tensor
from torchmetrics.functional.classification import binary_auroc

from ichcore.training.losses.weighted_log_loss import weighted_log_loss
from ichcore.training.task import TrainingTask

if TYPE_CHECKING:
    from ichcore.models.network import IchNetwork
    from ichcore.training.recipe import Recipe


class Judged(NamedTuple):
    """What validation compares: logits, labels and which labels are known, each ``(B, K)``."""

    logits: Tensor
    labels: Tensor
    known: Tensor


class ClassifyingTask(TrainingTask):
    """A network of classes; the mean of their AUCs chooses the epoch.

    Args:
        network: what is trained.
        recipe: how.

    Attributes:
        judged: names of the classes that choose the epoch.
    """

    monitor = "validation_auc"
    network: IchNetwork

    def __init__(self, network: IchNetwork, recipe: Recipe) -> None:
        super().__init__(network, recipe)
        self.judged: tuple[str, ...] = network.classes
        self._seen: list[Judged] = []

    @property
    def kept(self) -> IchNetwork:
        """The network that is validated and saved."""
        return cast("IchNetwork", super().kept)

    def judge(self, batch: Any) -> Judged:
        """What the kept network says of a batch of validation."""
        raise NotImplementedError

    def on_validation_epoch_start(self) -> None:
        """Forget the last epoch."""
        self._seen = []

    def validation_step(self, batch: Any, _index: int) -> None:
        """Keep what is said of one batch."""
        self._seen.append(self.judge(batch))

    def on_validation_epoch_end(self) -> None:
        """AUC a class over the labels that are known, its mean, log loss, and where the windows are."""
        logits, labels, known = (torch.cat(part) for part in zip(*self._seen, strict=True))
        auc: dict[str, float] = {}
        for column, name in enumerate(self.judged):
            here = known[:, column]
            said, true = logits[here, column], labels[here, column].long()
            if 0 < int(true.sum()) < len(true):
                auc[name] = float(binary_auroc(said, true))
        self.log(self.monitor, sum(auc.values()) / len(auc) if auc else 0.5, prog_bar=True)
        self.log_dict({f"auc_{name}": auc.get(name, 0.5) for name in self.judged})
        weights = [1.0] * len(self.judged)
        self.log("validation_loss", weighted_log_loss(logits, labels, weights=weights, known=known))
        for name, window in zip(self.kept.window.names, self.kept.window.windows(), strict=True):
            if window is not None:
                self.log_dict({f"level_{name}": window.center, f"width_{name}": window.width})
