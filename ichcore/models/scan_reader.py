"""What Burduja 2020 puts over a slice network: fewer features, then a bidirectional LSTM over the scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.models.bilstm_head import BiLstmHead
from ichcore.models.feature_selection import FeatureSelection
from ichcore.models.network import SequenceNetwork
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from torch import Tensor, nn


class ScanReader(SequenceNetwork):
    """A slice network whose averaged features an LSTM reads along the scan; mixed into the slice network.

    Called on slices it gives the slice network's logits, which its CAMs explain. Stage 2 is
    ``selection.fit(pooled, classify.weight)``; stage 3 trains ``head`` alone on what :meth:`read` gives.
    [ours] A scan's score is the maximum over its slices.
    """

    classify: nn.Linear
    selection: FeatureSelection
    head: BiLstmHead

    def read_scans(
        self,
        features: int,
        *,
        selection: str,
        count: int,
        hidden: int,
        layers: int,
        dropout: float,
        join: bool,
    ) -> None:
        """Set up what reads the scan.

        Args:
            features: of the slice network's averaged map.
            selection: one of :data:`~ichcore.models.feature_selection.SELECTIONS`.
            count: numbers a slice after it; for ``predictions`` there are six.
            hidden: a direction of the LSTM.
            layers: of the LSTM.
            dropout: between its layers, while training.
            join: whether the slice's own probabilities go into the last layer.
        """
        count = len(CLASSES) if selection == "predictions" else count
        self.selection = FeatureSelection(selection, features, count)
        self.head = BiLstmHead(
            count, hidden=hidden, layers=layers, classes=len(CLASSES), dropout=dropout, join=join
        )

    @property
    def reads_slices(self) -> tuple[nn.Module, ...]:
        """All of the slice network."""
        own = (self.selection, self.head)
        return tuple(part for part in self.children() if part not in own)

    @property
    def described(self) -> int:
        """Numbers a slice after selection."""
        return self.selection.count

    def read(self, hu: Tensor) -> tuple[Tensor, Tensor]:
        """HU ``(B, 1, H, W)`` to selected features ``(B, count)`` and the slices' own logits ``(B, 6)``."""
        features = self.features(hu)
        logits = self.from_features(features)
        return self.selection(self.pooled(features), logits), logits

    def over_scan(self, described: Tensor, slice_logits: Tensor, there: Tensor) -> Tensor:
        """Logits ``(B, T, 6)`` of slices among their neighbours; see :class:`SequenceNetwork`."""
        logits: Tensor = self.head(described, slice_logits, there)
        return logits
