"""What a worker needs to explain slices of a case: a snapshot that no later change of the case reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Heatmap
    from ichcore.predict.prediction import Prediction
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume import Volume
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine


@dataclass(frozen=True, eq=False)
class Explaining:
    """A model, the series, and what gates its maps.

    Attributes:
        model_name: the shown model.
        volume: the series.
        prediction: whose probabilities gate the maps.
        thresholds: ``(6,)`` operating points in use.
    """

    model_name: str
    volume: Volume
    prediction: Prediction | None
    thresholds: NDArray[np.float32]

    @classmethod
    def of(cls, case: Case, model_name: str) -> Explaining:
        """The case as it is now."""
        return cls(model_name, case.volume, case.prediction, case.thresholds.copy())

    def heatmaps(
        self,
        engine: Engine,
        index: int,
        classes: Sequence[str],
        *,
        method: str,
        layer: str | None,
        cancel: CancelToken,
        progress: Progress | None = None,
    ) -> tuple[Heatmap, ...]:
        """The maps of one slice, a class each; to be called in the device lane.

        Raises:
            IchError: if the method is not defined on the layer.
            CancelledError: if cancelled.
        """
        explained = engine.explainer(self.model_name).explain(
            self.volume,
            [index],
            classes,
            method=method,
            layer=layer,
            prediction=self.prediction,
            thresholds=self.thresholds,
            progress=progress,
            cancel=cancel,
        )
        return tuple(explained)
