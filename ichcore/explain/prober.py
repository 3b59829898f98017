"""The prober: what a model says of a slice when the slice is another (windows, patches, what a map shows)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from ichcore.errors import IchError
from ichcore.explain.altered_slice import AlteredSlice
from ichcore.explain.deletion import DeletionCurves, deletion_curves
from ichcore.explain.occlusion import Occlusion, occlusion
from ichcore.explain.occlusion_map import PATCH_MM, STEP_MM, occlusion_map
from ichcore.explain.window_sweep import WindowSweep, window_sweep
from ichcore.models.placement import Placement
from ichcore.predict.compute import considerate_threads, limited_threads
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ichcore.explain.altered_slice import Memory
    from ichcore.explain.heatmap import Heatmap
    from ichcore.models.checkpoint import LoadedModel
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.volume import Volume
    from ichcore.volume.window import Window


class Prober:
    """Probes one loaded model; how the slice's neighbours are heard is said in :class:`AlteredSlice`.

    What neighbours said is remembered for as long as their volume lives. ``progress`` is called between
    batches on the caller's thread, outside torch's modes, so that other work of the device may be done there.

    Args:
        model: a checkpoint on its device.
        threads: torch threads; by default all cores but one (see ``predict.compute``).
    """

    def __init__(self, model: LoadedModel, threads: int | None = None) -> None:
        self.model = model
        self.threads = considerate_threads() if threads is None else max(1, threads)
        self._memory: Memory = WeakKeyDictionary()
        model.network.eval()

    def window_sweep(
        self,
        volume: Volume,
        index: int,
        windows: Sequence[Window],
        *,
        on_part: Callable[[WindowSweep], None] | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> WindowSweep:
        """Probabilities of a slice seen through each window; see :func:`.window_sweep`."""
        with limited_threads(self.threads):
            altered = self._slice(volume, index, cancel)
            return window_sweep(altered, windows, on_part=on_part, progress=progress, cancel=cancel)

    def occlusion(
        self,
        volume: Volume,
        index: int,
        patch: NDArray[np.bool_],
        *,
        on_picture: Callable[[NDArray[np.float32]], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Occlusion:
        """Probabilities of a slice before and after a patch is painted away; see :func:`.occlusion`."""
        with limited_threads(self.threads):
            altered = self._slice(volume, index, cancel)
            return occlusion(altered, patch, on_picture=on_picture, cancel=cancel)

    def occlusion_map(
        self,
        volume: Volume,
        index: int,
        class_name: str,
        *,
        patch_mm: float = PATCH_MM,
        step_mm: float = STEP_MM,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float32]:
        """Drop of a class's probability under a sliding patch, on the slice; see :func:`.occlusion_map`."""
        column = self._column(class_name)
        with limited_threads(self.threads):
            altered = self._slice(volume, index, cancel)
            return occlusion_map(
                altered, column, patch_mm=patch_mm, step_mm=step_mm, progress=progress, cancel=cancel
            )

    def curves(
        self,
        volume: Volume,
        heatmap: Heatmap,
        *,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> DeletionCurves:
        """Deletion and insertion curves of a heat map on its own slice and class.

        Both happen on the model's grid, onto which the map's raw cells are laid as the heat map lays them on
        the slice. Neighbouring slices stay as they are.

        Raises:
            IchError: if the map is empty, or of a class that the model does not predict.
            CancelledError: if cancelled.
        """
        column = self._column(heatmap.class_name)
        if heatmap.empty:
            raise IchError(
                f"{heatmap.class_name} is not flagged on slice {heatmap.slice_index}, so there is no map to "
                "measure; choose a class that is."
            )
        size = self.model.card.size
        itself = Placement(size, ((size - 1) / 2.0, (size - 1) / 2.0), (1.0, 1.0))
        activation = itself.to_slice(np.maximum(heatmap.raw, 0.0), (size, size))
        with limited_threads(self.threads):
            altered = self._slice(volume, heatmap.slice_index, cancel)

            def says(hu: NDArray[np.float32]) -> NDArray[np.float32]:
                return altered.says(hu, progress=progress, cancel=cancel)[:, column]

            return deletion_curves(says, altered.picture, activation, self.model.card.pixel_mm)

    def _slice(self, volume: Volume, index: int, cancel: CancelToken | None) -> AlteredSlice:
        return AlteredSlice(self.model, volume, index, self._memory, cancel)

    def _column(self, class_name: str) -> int:
        """Place of a class among the six.

        Raises:
            IchError: if the model does not predict it.
        """
        predicted = self.model.card.classes
        if class_name not in predicted:
            raise IchError(
                f"{self.model.name} does not predict {class_name!r}; choose one of {', '.join(predicted)}."
            )
        return CLASSES.index(class_name)
