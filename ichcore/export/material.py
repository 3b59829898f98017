"""What an export is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from pydicom import Dataset

    from ichcore.annotations.annotation import Annotation
    from ichcore.predict.prediction import Prediction
    from ichcore.volume.volume import Volume


@dataclass(frozen=True, eq=False)
class Material:
    """One annotated series and all that is known of it.

    Attributes:
        volume: the series.
        annotation: of a reader, or the suggestion of a model, on the volume's own grid.
        prediction: of the model that the reader saw; ``None`` without one.
        activation: float32 ``(slices, rows, columns)`` in [0, 1] by class, for heat maps; may be empty.
        headers: one of each slice in the order of the volume, without pixel data; empty where the source
            was not DICOM.
        card: of the model, as its ``card.json``; empty without one.
        explanation: method and layer of the heat maps; ``None`` where that is not known.
    """

    volume: Volume
    annotation: Annotation
    prediction: Prediction | None = None
    activation: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    headers: tuple[Dataset, ...] = ()
    card: Mapping[str, object] = field(default_factory=dict)
    explanation: tuple[str, str] | None = None
