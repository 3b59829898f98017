"""Heat maps as premultiplied images: one constant opacity, and nothing at all where nothing is activated."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QImage

from ichviewer.widgets.canvas.colour_maps import colour_map
from ichviewer.widgets.canvas.raster import writable_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Heatmap
    from ichviewer.documents.view_state import OverlaySettings

KEPT = 24
"""Finished overlays kept, 1 MB each at 512 × 512."""


def shown_heatmaps(heatmaps: tuple[Heatmap, ...], settings: OverlaySettings) -> tuple[Heatmap, ...]:
    """The maps that are drawn: the chosen class, or jointly every subtype that is activated.

    ``any`` covers all its subtypes, so jointly it is drawn only where no subtype is.
    """
    filled = [heatmap for heatmap in heatmaps if not heatmap.empty]
    if settings.class_name is not None:
        return tuple(heatmap for heatmap in filled if heatmap.class_name == settings.class_name)
    subtypes = tuple(heatmap for heatmap in filled if heatmap.class_name != "any")
    return subtypes or tuple(filled)


def colour_map_of(heatmaps: tuple[Heatmap, ...], settings: OverlaySettings) -> str:
    """The colour map in use: several classes at once are told apart by their own colours."""
    return settings.colour_map if len(heatmaps) == 1 and settings.class_name is not None else "class"


@lru_cache(maxsize=64)
def activation_table(name: str, class_name: str, opacity: float, threshold: float) -> NDArray[np.uint32]:
    """``(256,)`` premultiplied 0xAARRGGBB for activation in steps of 1/255.

    Step 0 and every step below ``threshold`` are fully transparent; all others share one opacity.
    """
    alpha = float(np.clip(opacity, 0.0, 1.0))
    colours = np.rint(colour_map(name, class_name) * alpha).astype(np.uint32)
    table = (colours[:, 0] << 16) | (colours[:, 1] << 8) | colours[:, 2]
    table |= np.uint32(round(alpha * 255)) << np.uint32(24)
    steps = np.arange(256)
    table[(steps == 0) | (steps < threshold * 255.0)] = 0
    return np.asarray(table, np.uint32)


def activation_pixels(
    heatmaps: tuple[Heatmap, ...], settings: OverlaySettings, *, raw: bool = False
) -> NDArray[np.uint32]:
    """Premultiplied colours of maps of one size; where several are active the strongest is drawn.

    Args:
        heatmaps: at least one map.
        settings: colour map, opacity, threshold.
        raw: take the layer's own cells instead of the map on the slice's grid.
    """
    name = colour_map_of(heatmaps, settings)
    best: NDArray[np.uint8] | None = None
    pixels: NDArray[np.uint32] | None = None
    for heatmap in heatmaps:
        steps = _steps(_cells(heatmap) if raw else heatmap.activation)
        table = activation_table(name, heatmap.class_name, settings.opacity, settings.threshold)
        colours = np.take(table, steps)
        if best is None or pixels is None:
            best, pixels = steps, colours
            continue
        stronger = steps > best
        np.copyto(pixels, colours, where=stronger)
        np.maximum(best, steps, out=best)
    if pixels is None:
        raise ValueError("No heat map was given; ask shown_heatmaps first.")
    return pixels


def _steps(activation: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Activation in steps of 1/255, rounded up so that only zero becomes zero."""
    steps: NDArray[np.uint8] = np.ceil(np.clip(activation, 0.0, 1.0) * np.float32(255.0)).astype(np.uint8)
    return steps


def _cells(heatmap: Heatmap) -> NDArray[np.float32]:
    """The layer's own cells in [0, 1]: the positive part of the raw map over its maximum."""
    top = heatmap.raw_max if heatmap.raw_max > 0 else 1.0
    return np.asarray(np.clip(heatmap.raw / np.float32(top), 0.0, 1.0), np.float32)


def as_image(pixels: NDArray[np.uint32]) -> QImage:
    """A premultiplied image with memory of its own."""
    image = QImage(pixels.shape[1], pixels.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
    writable_pixels(image)[:] = pixels
    return image


class ActivationImages:
    """Overlays by their heat maps and settings, each computed once; the oldest are let go."""

    def __init__(self) -> None:
        self._images: OrderedDict[tuple[Any, ...], tuple[tuple[Heatmap, ...], QImage]] = OrderedDict()

    def image(self, heatmaps: tuple[Heatmap, ...], settings: OverlaySettings) -> QImage | None:
        """The overlay on the slice's grid; ``None`` where nothing is to be drawn."""
        if not heatmaps or not settings.visible or settings.raw_grid or settings.opacity <= 0:
            return None
        return self._get(heatmaps, settings, raw=False)

    def raw_image(self, heatmap: Heatmap, settings: OverlaySettings) -> QImage:
        """One map's own cells, one pixel a cell."""
        return self._get((heatmap,), settings, raw=True)

    def _get(self, heatmaps: tuple[Heatmap, ...], settings: OverlaySettings, *, raw: bool) -> QImage:
        key = (
            tuple(id(heatmap) for heatmap in heatmaps),
            settings.class_name,
            settings.opacity,
            settings.colour_map,
            settings.threshold,
            raw,
        )
        kept = self._images.get(key)
        if kept is None:
            # the maps are kept with the image, so that their ids cannot be given to others meanwhile
            kept = (heatmaps, as_image(activation_pixels(heatmaps, settings, raw=raw)))
            self._images[key] = kept
            while len(self._images) > KEPT:
                self._images.popitem(last=False)
        self._images.move_to_end(key)
        return kept[1]
