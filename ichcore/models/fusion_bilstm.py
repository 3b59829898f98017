"""The sequence stage of Burduja 2020 over the window-fusion network of He 2024 [ours].

He's network hears a slice alone, and Burduja's slice network has fixed windows and looks at its deepest map
only. Together each slice is read through learned windows at three scales, and judged within its scan.
"""

from __future__ import annotations

from typing import Any

from ichcore.models.scan_reader import ScanReader
from ichcore.models.window_fusion import WindowFusion


class FusionBiLstm(WindowFusion, ScanReader):
    """Window fusion, with the tensors of :class:`WindowFusion` under the same names, and what reads its scan.

    Args:
        selection: one of :data:`~ichcore.models.feature_selection.SELECTIONS`.
        count: numbers a slice after selection.
        hidden: a direction of the LSTM.
        layers: of the LSTM.
        head_dropout: between its layers, while training.
        join: whether the slice's own probabilities go into the last layer.
        slices: arguments of :class:`WindowFusion`.
    """

    def __init__(
        self,
        *,
        selection: str = "pca",
        count: int = 60,
        hidden: int = 64,
        layers: int = 2,
        head_dropout: float = 0.3,
        join: bool = True,
        **slices: Any,
    ) -> None:
        super().__init__(**slices)
        self.read_scans(
            self.classify.in_features,
            selection=selection,
            count=count,
            hidden=hidden,
            layers=layers,
            dropout=head_dropout,
            join=join,
        )
