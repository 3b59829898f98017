"""Heat maps as premultiplied images: one constant opacity, and nothing at all where nothing is activated."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtGui import QImage

from ichviewer.widgets.canvas.colour_maps import colour_map
from ichviewer.widgets.canvas.raster import writable_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Heatmap
    from ichviewer.documents.view_state import OverlaySettings

KEPT = 48
"""Finished overlays kept; each is as large as what is activated, at most 1 MB at 512 × 512."""

DOMINANCE = 2
"""Power of activation that classes are mixed by; the higher, the purer the strongest class's colour."""


@dataclass(frozen=True)
class Patch:
    """A part of a slice in steps of 1/255 of activation, cut to what is activated.

    Attributes:
        row: first row on its grid.
        column: first column on its grid.
        steps: uint8 ``(rows, columns)``; 0 only where activation is 0.
    """

    row: int
    column: int
    steps: NDArray[np.uint8]

    @classmethod
    def of(cls, activation: NDArray[np.float32]) -> Patch | None:
        """Cut and round up, so that only zero becomes zero; ``None`` where nothing is activated."""
        rows = np.flatnonzero(activation.max(axis=1) > 0)
        if rows.size == 0:
            return None
        band = activation[rows[0] : rows[-1] + 1]
        columns = np.flatnonzero(band.max(axis=0) > 0)
        cut = band[:, columns[0] : columns[-1] + 1]
        steps = np.ceil(np.clip(cut, 0.0, 1.0) * np.float32(255.0)).astype(np.uint8)
        return cls(int(rows[0]), int(columns[0]), steps)


class Patches:
    """The patches of heat maps, each cut once and forgotten with its map."""

    def __init__(self) -> None:
        self._maps: WeakKeyDictionary[Heatmap, Patch | None] = WeakKeyDictionary()

    def patch(self, heatmap: Heatmap) -> Patch | None:
        """The patch of a map on the slice's grid; ``None`` where it is empty."""
        if heatmap not in self._maps:
            self._maps[heatmap] = Patch.of(heatmap.activation)
        return self._maps[heatmap]

    def shown(self, heatmaps: tuple[Heatmap, ...], settings: OverlaySettings) -> tuple[Heatmap, ...]:
        """The maps that are drawn: the chosen class, or jointly every subtype that is activated.

        ``any`` covers all its subtypes, so jointly it is drawn only where no subtype is.
        """
        filled = tuple(heatmap for heatmap in heatmaps if self.patch(heatmap) is not None)
        if settings.class_name is not None:
            return tuple(heatmap for heatmap in filled if heatmap.class_name == settings.class_name)
        return tuple(heatmap for heatmap in filled if heatmap.class_name != "any") or filled


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


@dataclass(frozen=True)
class Overlay:
    """A premultiplied image of a part of the slice, and where its first pixel lies."""

    row: int
    column: int
    image: QImage


def blend_patches(
    patches: list[Patch], tables: list[NDArray[np.uint32]]
) -> tuple[int, int, NDArray[np.uint32]]:
    """First row, first column and colours of patches together.

    Where one class is drawn alone its colour is that of its ramp. Where several are, their colours are mixed,
    each weighed by its activation above the first step that is drawn (:data:`DOMINANCE`): the strongest
    prevails, and neither where it changes nor where a class begins is there an edge that no map has.

    Args:
        patches: of one slice.
        tables: of :func:`activation_table`, one a patch, all of one opacity.
    """
    row, column = min(p.row for p in patches), min(p.column for p in patches)
    rows = max(p.row + p.steps.shape[0] for p in patches) - row
    columns = max(p.column + p.steps.shape[1] for p in patches) - column
    steps = np.zeros((len(patches), rows, columns), np.uint8)
    pixels = np.zeros((rows, columns), np.uint32)
    drawn = np.zeros((rows, columns), np.uint8)
    for plane, patch, table in zip(steps, patches, tables, strict=True):
        top, left = patch.row - row, patch.column - column
        place = np.s_[top : top + patch.steps.shape[0], left : left + patch.steps.shape[1]]
        plane[place] = patch.steps
        visible = patch.steps >= _first_drawn(table)
        np.copyto(pixels[place], np.take(table, patch.steps, mode="clip"), where=visible)
        drawn[place] += visible
    several = np.flatnonzero(drawn.ravel() > 1)
    if several.size:
        pixels.ravel()[several] = _mixed([plane.ravel()[several] for plane in steps], tables)
    return row, column, pixels


def _mixed(steps: list[NDArray[np.uint8]], tables: list[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    """``(N,)`` colours of N pixels, of their steps in each class."""
    sums = np.zeros((4, steps[0].size), np.float32)
    part = np.empty(steps[0].size, np.float32)
    for each, table in zip(steps, tables, strict=True):
        index = each.astype(np.intp)  # once, and not in each of the four look-ups
        for row, values in enumerate(_weighed(table)):
            sums[row] += np.take(values, index, out=part, mode="clip")
    sums[:3] /= sums[3]
    red, green, blue = (sums[:3] + 0.5).astype(np.uint32)
    alpha = max(int(table.max()) for table in tables) & 0xFF000000
    return np.asarray(np.uint32(alpha) | (red << 16) | (green << 8) | blue, np.uint32)


def _first_drawn(table: NDArray[np.uint32]) -> int:
    """The first step that is not transparent."""
    return int(np.argmax(table != 0))


def _weighed(table: NDArray[np.uint32]) -> NDArray[np.float32]:
    """``(4, 256)`` of each step: red, green and blue times the weight, and the weight; 0 where not drawn."""
    weight = (np.clip(np.arange(256) - _first_drawn(table) + 1, 0, None) / 255.0) ** DOMINANCE
    colours = np.stack([(table >> shift) & 0xFF for shift in (16, 8, 0)] + [np.ones(256)])
    return np.ascontiguousarray(colours * weight, np.float32)


def as_image(pixels: NDArray[np.uint32]) -> QImage:
    """A premultiplied image with memory of its own."""
    image = QImage(pixels.shape[1], pixels.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
    writable_pixels(image)[:] = pixels
    return image


class ActivationImages:
    """Overlays by their heat maps and settings, each computed once; the oldest are let go."""

    def __init__(self) -> None:
        self._patches = Patches()
        self._images: OrderedDict[tuple[Any, ...], tuple[tuple[Heatmap, ...], Overlay]] = OrderedDict()

    def shown(self, heatmaps: tuple[Heatmap, ...], settings: OverlaySettings) -> tuple[Heatmap, ...]:
        """The maps that are drawn."""
        return self._patches.shown(heatmaps, settings)

    def overlay(self, shown: tuple[Heatmap, ...], settings: OverlaySettings) -> Overlay | None:
        """The overlay on the slice's grid; ``None`` where nothing is to be drawn.

        Args:
            shown: maps that :meth:`shown` gave.
            settings: colour map, opacity, threshold.
        """
        if not shown or not settings.visible or settings.raw_grid or settings.opacity <= 0:
            return None
        return self._get(shown, settings, raw=False)

    def raw_overlay(self, shown: tuple[Heatmap, ...], settings: OverlaySettings) -> Overlay | None:
        """The layer's own cells, one pixel a cell; ``None`` where none is activated.

        Args:
            shown: maps of one slice and one layer, so that their cells lie on one grid.
            settings: colour map, opacity, threshold.
        """
        return self._get(shown, settings, raw=True)

    def _get(self, heatmaps: tuple[Heatmap, ...], settings: OverlaySettings, *, raw: bool) -> Overlay | None:
        name = colour_map_of(heatmaps, settings)
        key = (*(id(heatmap) for heatmap in heatmaps), name, settings.opacity, settings.threshold, raw)
        kept = self._images.get(key)
        if kept is None:
            found = [(h, Patch.of(_cells(h)) if raw else self._patches.patch(h)) for h in heatmaps]
            patches = [(heatmap, patch) for heatmap, patch in found if patch is not None]
            if not patches:
                return None
            tables = [
                activation_table(name, heatmap.class_name, settings.opacity, settings.threshold)
                for heatmap, _ in patches
            ]
            row, column, pixels = blend_patches([patch for _, patch in patches], tables)
            # the maps are kept with the image, so that their ids cannot be given to others meanwhile
            kept = (heatmaps, Overlay(row, column, as_image(pixels)))
            self._images[key] = kept
            while len(self._images) > KEPT:
                self._images.popitem(last=False)
        self._images.move_to_end(key)
        return kept[1]


def _cells(heatmap: Heatmap) -> NDArray[np.float32]:
    """The layer's own cells in [0, 1]: the positive part of the raw map over its maximum."""
    top = heatmap.raw_max if heatmap.raw_max > 0 else 1.0
    return np.asarray(np.clip(heatmap.raw / np.float32(top), 0.0, 1.0), np.float32)
