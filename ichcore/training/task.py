"""What Lightning runs: binary cross-entropy on six logits, the network's and the window layer's own rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
import torch.nn.functional as nnf
from lightning.pytorch import LightningModule
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from torchmetrics.functional.classification import multilabel_auroc

from ichcore.subtypes import CLASSES
from ichcore.training.augmentation import Augmentation, Augmenter
from ichcore.training.batches import Batch, Batches, SliceTable
from ichcore.training.mask_help import AttentionProbe, CellLogits, attention_loss, mask_loss

if TYPE_CHECKING:
    from torch import Tensor

    from ichcore.models.network import IchNetwork
    from ichcore.training.recipe import Recipe

MONITOR = "validation_auc"
MASK_REDUCE = 4
"""Masks are moved with the slices at a quarter of their resolution; finer than any map before GAP."""


class TrainingTask(LightningModule):
    """One run of a recipe.

    Args:
        network: what is trained.
        recipe: how.
        train: the slices learned from.
        validation: the slices that choose the epoch.
    """

    def __init__(
        self, network: IchNetwork, recipe: Recipe, train: SliceTable, validation: SliceTable
    ) -> None:
        super().__init__()
        self.network = network
        self.recipe, self.train_table, self.validation_table = recipe, train, validation
        positive = train.labels.mean(axis=0).clip(1e-3, 1 - 1e-3)
        weight = ((1 - positive) / positive) ** recipe.optimiser.positive_weight
        self.positive_weight: Tensor
        self.register_buffer("positive_weight", torch.tensor(weight, dtype=torch.float32), persistent=False)
        self.cells = CellLogits() if recipe.optimiser.mask_weight else None
        self.average: AveragedModel | None = None
        if recipe.optimiser.average:
            average = get_ema_multi_avg_fn(recipe.optimiser.average)  # type: ignore[no-untyped-call]
            self.average = AveragedModel(network, multi_avg_fn=average, use_buffers=True)
        # after the average has copied the network, which would take the probe along
        self._probe = AttentionProbe(network) if recipe.optimiser.attention_weight else None
        self._seen: list[tuple[Tensor, Tensor]] = []

    @property
    def kept(self) -> IchNetwork:
        """The network that is validated and saved: the running average, if there is one."""
        return self.network if self.average is None else cast("IchNetwork", self.average.module)

    def train_dataloader(self) -> DataLoader[Batch]:
        """This epoch's batches; order and augmentation depend on seed and epoch, so a resumed run repeats."""
        optimiser, seed = self.recipe.optimiser, self.recipe.seed * 1009 + self.current_epoch
        batches = Batches(
            self.train_table,
            optimiser.batch,
            seed=seed,
            shuffle=True,
            keep_negative=optimiser.keep_negative,
            augment=Augmenter(Augmentation(**self.recipe.augmentation), seed, self.train_table.device),
            mask_reduce=MASK_REDUCE if optimiser.needs_masks else 0,
        )
        return DataLoader(batches, batch_size=None)

    def val_dataloader(self) -> DataLoader[Batch]:
        """Every validation slice once."""
        return DataLoader(Batches(self.validation_table, 32), batch_size=None)

    def training_step(self, batch: Batch, _index: int) -> Tensor:
        """Loss of one batch."""
        hu, labels, masks = batch
        features = self.network.features(hu.contiguous(memory_format=torch.channels_last))
        logits = self.network.from_features(features)
        loss = nnf.binary_cross_entropy_with_logits(logits.float(), labels, pos_weight=self.positive_weight)
        if self.cells is not None:
            help_loss = mask_loss(self.cells(self.network.cam(features)), masks)
            self.log("loss_masks", help_loss, on_step=False, on_epoch=True, batch_size=len(hu))
            loss = loss + self.recipe.optimiser.mask_weight * help_loss
        if self._probe is not None and self._probe.logits is not None:
            help_loss = attention_loss(self._probe.logits, masks)
            self.log("loss_attention", help_loss, on_step=False, on_epoch=True, batch_size=len(hu))
            loss = loss + self.recipe.optimiser.attention_weight * help_loss
        self.log("loss", loss, on_step=False, on_epoch=True, batch_size=len(hu))
        return loss

    def on_train_batch_end(self, *_: Any) -> None:
        """Update the running average."""
        if self.average is not None:
            self.average.update_parameters(self.network)

    def on_validation_epoch_start(self) -> None:
        """Forget the last epoch."""
        self._seen = []

    def validation_step(self, batch: Batch, _index: int) -> None:
        """Keep the logits of one batch."""
        hu, labels, _ = batch
        logits = self.kept(hu.contiguous(memory_format=torch.channels_last)).float()
        self._seen.append((logits, labels))

    def on_validation_epoch_end(self) -> None:
        """Slice AUC a class, its mean, and where the windows are."""
        logits, labels = (torch.cat(part) for part in zip(*self._seen, strict=True))
        there = [i for i in range(len(CLASSES)) if 0 < labels[:, i].sum() < len(labels)]
        auc = np.full(len(CLASSES), 0.5)
        if there:
            found = multilabel_auroc(logits[:, there], labels[:, there].long(), len(there), average=None)
            auc[there] = np.atleast_1d(found.cpu().numpy())
        self.log(MONITOR, float(auc[there].mean()) if there else 0.5, prog_bar=True)
        self.log_dict({f"auc_{name}": float(value) for name, value in zip(CLASSES, auc, strict=True)})
        for name, window in zip(self.kept.window.names, self.kept.window.windows(), strict=True):
            if window is not None:
                self.log_dict({f"level_{name}": window.center, f"width_{name}": window.width})

    def configure_optimizers(self) -> Any:
        """Adam or AdamW; the window layer in its own group; one cycle or steps of ÷ 10."""
        o = self.recipe.optimiser
        windows = {id(p) for p in self.network.window.parameters()}
        moving = [p for part in (self.network, self.cells) if part is not None for p in part.parameters()]
        moving = [p for p in moving if p.requires_grad]
        groups = [
            {
                "params": [p for p in moving if p.ndim > 1],
                "lr": o.learning_rate,
                "weight_decay": o.weight_decay,
            },
            {"params": [p for p in moving if p.ndim <= 1 and id(p) not in windows], "lr": o.learning_rate},
            {"params": [p for p in moving if id(p) in windows], "lr": o.window_learning_rate},
        ]
        groups = [group for group in groups if group["params"]]
        kind = torch.optim.AdamW if o.name == "adamw" else torch.optim.Adam
        optimizer = kind(groups, weight_decay=0.0)
        if o.schedule == "step":
            by_epoch = torch.optim.lr_scheduler.StepLR(optimizer, o.step_epochs, 0.1)
            return {"optimizer": optimizer, "lr_scheduler": {"scheduler": by_epoch, "interval": "epoch"}}
        peaks = [float(cast("float", group["lr"])) for group in groups]
        cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            peaks,
            total_steps=int(self.trainer.estimated_stepping_batches),
            pct_start=0.2,
            cycle_momentum=False,
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cycle, "interval": "step"}}
