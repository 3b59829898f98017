"""Paints one scene: pixels, overlay, boxes, measurements, and the texts around them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.activation_image import ActivationImages
from ichviewer.widgets.canvas.boxes import boxes_on_screen, draw_boxes
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.edited_layer import EditedLayer
from ichviewer.widgets.canvas.found_boxes import draw_found, found_on_screen
from ichviewer.widgets.canvas.furniture import Furniture
from ichviewer.widgets.canvas.grey_table import composite_key, composite_table, grey_table
from ichviewer.widgets.canvas.halo_text import HaloText
from ichviewer.widgets.canvas.ink import GROUND, HALO, Tone, colour, pen
from ichviewer.widgets.canvas.mask_layer import MaskLayer
from ichviewer.widgets.canvas.mirror_layer import MirrorLayer, draw_line
from ichviewer.widgets.canvas.model_input import grid_transform
from ichviewer.widgets.canvas.occluded import OccludedPatch
from ichviewer.widgets.canvas.own_boxes import own_on_screen
from ichviewer.widgets.canvas.placeholder import draw_waiting, draw_words
from ichviewer.widgets.canvas.proposed import PointedLayer, draw_draft
from ichviewer.widgets.canvas.raster import Raster
from ichviewer.widgets.canvas.reader_outline import ReaderOutline
from ichviewer.widgets.canvas.shapes import Readings, draw_measurements
from ichviewer.widgets.canvas.stamps import Stamps
from ichviewer.widgets.canvas.votes import VoteImages

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ichcore.explain.heatmap import Heatmap
    from ichcore.masks.segmenter import SliceMask
    from ichviewer.documents.mask_settings import MaskSettings
    from ichviewer.documents.view_state import OverlaySettings
    from ichviewer.widgets.canvas.activation_image import Overlay
    from ichviewer.widgets.canvas.pills import Pill
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.viewport import Viewport

GRID_LINE = QColor(255, 255, 255, 28)
SMALLEST_CELL = 7.0
"""Cells of a raw grid smaller than this many points get no lines between them."""


class SlicePainter:
    """Draws scenes and keeps what the next picture can use again.

    Args:
        shared: where views of one slice through one window and camera keep it, each with a map of its own.
    """

    def __init__(self, shared: Raster | None = None) -> None:
        self._stamps = Stamps()
        self.text = HaloText(self._stamps)
        self._own = Raster()
        self._shared = shared
        self._activation = ActivationImages()
        self._mask = MaskLayer()
        self._edited = EditedLayer()
        self._outline = ReaderOutline()
        self._pointed = PointedLayer()
        self._votes = VoteImages()
        self._mirror = MirrorLayer()
        self._readings = Readings()
        self._patch = OccludedPatch()
        self._furniture = Furniture(self.text, self._stamps)
        self.draft = False
        """Whether the last picture was coarser than the screen."""

    @property
    def pills(self) -> list[Pill]:
        """The badges of the last picture and where they are."""
        return self._furniture.pills

    def paint(self, painter: QPainter, scene: Scene, viewport: Viewport) -> None:
        """Paint a scene into a view of the viewport's size."""
        bounds = QRectF(0, 0, viewport.width, viewport.height)
        self.draft = False
        shown = self.shown(scene)
        if scene.decoded:
            self._image(painter, scene, viewport, shown)
            if scene.midline is not None:
                draw_line(painter, viewport, scene.midline)
            if scene.mask is not None and scene.mask_settings is not None:
                self._mask.paint(
                    painter, viewport, scene.mask, scene.mask_settings, boxed=scene.overlay.boxes
                )
            self._own_mask(painter, scene, viewport)
        else:
            painter.fillRect(bounds, GROUND)
            draw_waiting(painter, self.text, viewport, scene.index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if scene.patch and scene.decoded and scene.display is not Display.MODEL_INPUT:
            pixel_mm = scene.volume.geometry.pixel_spacing_mm
            self._patch.draw(painter, scene.patch, viewport, pixel_mm)
        self._furniture.draw(painter, scene, viewport, shown)
        if not scene.decoded:
            return
        occupied = self._furniture.occupied
        if scene.boxes and scene.display is not Display.MODEL_INPUT:
            boxes = boxes_on_screen(scene, viewport, occupied)
            draw_boxes(painter, self._stamps, boxes, viewport.width)
            occupied = [*occupied, *(box.label_rect for box in boxes)]
        if scene.own_boxes and scene.display is not Display.MODEL_INPUT:
            own = own_on_screen(scene.own_boxes, viewport, occupied)
            draw_boxes(painter, self._stamps, own, viewport.width)
            occupied = [*occupied, *(box.label_rect for box in own)]
        if scene.found and scene.display is not Display.MODEL_INPUT:
            found = found_on_screen(scene, viewport, occupied)
            draw_found(painter, self._stamps, found, viewport.width)
            occupied = [*occupied, *(box.label_rect for box in found)]
        if scene.measurements:
            draw_measurements(painter, self._stamps, self._readings, scene, viewport, occupied)
        if scene.crosshair is not None:
            _crosshair(painter, viewport.point(*scene.crosshair))

    def paint_words(self, painter: QPainter, bounds: QRectF, title: str, detail: str) -> None:
        """Words in place of a slice."""
        painter.fillRect(bounds, GROUND)
        self.draft = False
        self._furniture.pills = []
        draw_words(painter, self.text, bounds, title, detail)

    def prepare(self, heatmaps: tuple[Heatmap, ...], settings: OverlaySettings) -> None:
        """Colour heat maps of a slice that is not painted yet."""
        self._activation.overlay(self._activation.shown(heatmaps, settings), settings)

    def prepare_mask(self, mask: SliceMask, settings: MaskSettings) -> None:
        """Colour the mask of a slice that is not painted yet."""
        self._mask.prepare(mask, settings)

    def shown(self, scene: Scene) -> tuple[Heatmap, ...]:
        """The heat maps that this scene draws."""
        if not scene.overlay.visible or scene.display is Display.MODEL_INPUT:
            return ()
        return self._activation.shown(scene.heatmaps, scene.overlay)

    def _image(self, painter: QPainter, scene: Scene, viewport: Viewport, shown: tuple[Heatmap, ...]) -> None:
        if scene.display is Display.MODEL_INPUT:
            self._model_input(painter, scene, viewport)
            return
        if scene.votes is not None:
            overlay = self._votes.overlay(scene.votes, scene.overlay)
        elif scene.mirror is not None:
            overlay = self._mirror.overlay(scene.mirror)
        else:
            overlay = self._activation.overlay(shown, scene.overlay)
        table_key: Hashable
        if scene.display is Display.COMPOSITE:
            windows = composite_key(scene.learned_windows)
            table, table_key = composite_table(windows, scene.inverted), windows
        else:
            table, table_key = grey_table(scene.window, scene.inverted), scene.window
        # views that share the slice scale it once, and each puts its own map over it
        kept, within = (self._own, overlay) if self._shared is None else (self._shared, None)
        overlay_key = 0 if within is None else within.image.cacheKey()
        hu = scene.volume.hu[scene.index]
        patched = scene.occluded if scene.flipped is None else scene.flipped
        patch_key = 0 if patched is None else id(patched)
        key = (id(scene.volume.hu), scene.index, table_key, scene.inverted, overlay_key, patch_key)
        source = kept.source.render(hu if patched is None else patched, table, within, key)
        placed = kept.screen.render(
            source,
            viewport,
            ratio=painter.device().devicePixelRatioF(),
            smooth=scene.smooth,
            hurry=scene.hurry,
            key=key,
        )
        self.draft = placed.draft
        _surround(painter, viewport, placed.rect)
        painter.drawImage(placed.at, placed.image)
        if overlay is not None and within is None:
            _over(painter, overlay, viewport, smooth=scene.smooth)
        if scene.overlay.raw_grid and shown:
            self._raw_grid(painter, scene, viewport, shown)

    def _own_mask(self, painter: QPainter, scene: Scene, viewport: Viewport) -> None:
        """What the reader drew, and what is about to be."""
        if scene.edited is not None:
            opacity = 0.3 if scene.mask_settings is None else scene.mask_settings.opacity
            self._edited.paint(painter, viewport, scene.edited, opacity)
        if scene.other_mask is not None:
            self._outline.paint(painter, viewport, scene.other_mask)
        if scene.pointed is not None:
            self._pointed.paint(painter, viewport, scene.pointed, scene.index)
        if scene.draft is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            draw_draft(painter, viewport, scene.draft, scene.volume.geometry.pixel_spacing_mm)

    def _model_input(self, painter: QPainter, scene: Scene, viewport: Viewport) -> None:
        picture = scene.model_picture
        painter.fillRect(QRectF(0, 0, viewport.width, viewport.height), GROUND)
        if picture is None or picture.index != scene.index:
            bounds = QRectF(0, 0, viewport.width, viewport.height)
            draw_words(
                painter,
                self.text,
                bounds,
                tr("Waiting for the model"),
                tr("its input of this slice is being made"),
            )
            return
        painter.save()
        painter.setClipRect(viewport.rect)
        painter.setTransform(grid_transform(picture.grid_to_slice, viewport), combine=True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scene.smooth)
        painter.drawImage(0, 0, picture.image)
        painter.restore()

    def _raw_grid(
        self, painter: QPainter, scene: Scene, viewport: Viewport, shown: tuple[Heatmap, ...]
    ) -> None:
        """The layer's own cells, sharp and in their true place; lines part them where they are large."""
        grid_to_slice = shown[0].grid_to_slice
        cells = self._activation.raw_overlay(shown, scene.overlay)
        painter.save()
        painter.setTransform(grid_transform(grid_to_slice, viewport), combine=True)
        if cells is not None:
            painter.drawImage(cells.column, cells.row, cells.image)
        cell = min(abs(grid_to_slice[0, 0]) * viewport.down, abs(grid_to_slice[1, 1]) * viewport.across)
        if cell >= SMALLEST_CELL:
            painter.setPen(pen(GRID_LINE, 1))
            height, width = shown[0].raw.shape
            lines = [QLineF(x, 0, x, height) for x in range(width + 1)]
            lines += [QLineF(0, y, width, y) for y in range(height + 1)]
            painter.drawLines(lines)
        painter.restore()


def _over(painter: QPainter, overlay: Overlay, viewport: Viewport, *, smooth: bool) -> None:
    """A map over the slice that is there already."""
    image, row, column = overlay.image, overlay.row - 0.5, overlay.column - 0.5
    end = viewport.point(row + image.height(), column + image.width())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(QRectF(viewport.point(row, column), end), image)


def _surround(painter: QPainter, viewport: Viewport, image: QRectF) -> None:
    """Black where the image will not be; filling all of a large view first costs as much as a text block."""
    # whole points: Qt fills them without rasterising
    left, top = math.floor(image.left()), math.floor(image.top())
    right, bottom = math.ceil(image.right()), math.ceil(image.bottom())
    width, height = viewport.width, viewport.height
    for side in (
        QRect(0, 0, width, top),
        QRect(0, bottom, width, height - bottom),
        QRect(0, top, left, bottom - top),
        QRect(right, top, width - right, bottom - top),
    ):
        if side.isValid():
            painter.fillRect(side, GROUND)


def _crosshair(painter: QPainter, at: QPointF) -> None:
    """Where the cursor is in a linked view: a small open cross."""
    arms = [
        QLineF(at.x() + dx * 4, at.y() + dy * 4, at.x() + dx * 12, at.y() + dy * 12)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    for stroke in (pen(HALO, 3), QPen(colour(Tone.TEXT.value), 1)):
        stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(stroke)
        painter.drawLines(arms)
