"""Where a slice is denser or less dense than its mirror image: a tint, the midline, and the tint's legend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from ichviewer.documents.mirror_picture import MIDDLE, MOST_HU
from ichviewer.documents.view_state import Display, Layout
from ichviewer.widgets.canvas.activation_image import Overlay, as_image
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.halo_text import Block, HaloText, line_height, plain
from ichviewer.widgets.canvas.ink import HALO, Tone, pen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.midline import Ends
    from ichcore.volume import Geometry
    from ichviewer.documents.mirror_compare import MirrorCompare
    from ichviewer.documents.mirror_picture import MirrorPicture
    from ichviewer.documents.view_state import ViewState
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.stamps import Stamps
    from ichviewer.widgets.canvas.viewport import Viewport

DENSER, LESS_DENSE = (255, 150, 40), (60, 130, 255)
"""Orange and blue, which colour-blind readers can tell apart."""
FAINT_HU = 6.0
"""Smaller differences are not drawn: every head has them."""
MOST_OPAQUE = 0.62
LINE = QColor(255, 255, 255, 170)
SMALL_PX = 11
BAR_WIDTH, BAR_HEIGHT = 8.0, 136.0


def with_mirror(scene: Scene, mirror: MirrorCompare, view: ViewState) -> Scene:
    """A scene with the comparison, where it is on; the model's maps and boxes give way to it.

    A flipped slice is bare: whatever else is known of it lies on the other side.
    """
    off = not (mirror.tinted or mirror.flipped)
    if off or scene.display is not Display.GREY or view.layout is Layout.COMPARE:
        return scene
    picture = mirror.picture(scene.index)
    if mirror.flipped:
        return scene if picture is None else _flipped(scene, picture)
    note = scene.note if picture is None else _said(picture, scene.volume.geometry, is_hu=scene.volume.is_hu)
    line = mirror.line(scene.index)
    return replace(
        scene, mirrored=True, mirror=picture, midline=line, note=note, heatmaps=(), boxes=(), found=()
    )


def _flipped(scene: Scene, picture: MirrorPicture) -> Scene:
    return replace(
        scene,
        flipped=picture.flipped,
        note=tr("Flipped about the midline"),
        heatmaps=(),
        boxes=(),
        own_boxes=(),
        found=(),
        mask=None,
        edited=None,
        pointed=None,
        draft=None,
        measurements=(),
        probe=None,
        patch=(),
    )


def _said(picture: MirrorPicture, geometry: Geometry, *, is_hu: bool) -> str:
    """Which side is denser, by how much and over how large a piece."""
    if picture.denser is None:
        return tr("Both sides about alike")
    left, right, *_ = geometry.orientation_letters()
    letter = right if picture.right_of_line else left
    unit = "HU" if is_hu else tr("grey levels")
    more, area = picture.denser.more_hu, picture.denser.area_cm2
    if geometry.pixel_spacing_mm is None:
        return tr("{side} denser by {more:.0f} {unit}").format(side=letter, more=more, unit=unit)
    words = tr("{side} denser by {more:.0f} {unit} over {area:.1f} cm²")
    return words.format(side=letter, more=more, unit=unit, area=area)


def tint_table() -> NDArray[np.uint32]:
    """``(256,)`` premultiplied 0xAARRGGBB by step: nothing about the middle, then more and more opaque."""
    share = (np.arange(256) - MIDDLE) / (MIDDLE - 1)
    faint = FAINT_HU / MOST_HU
    alpha = np.clip((np.abs(share) - faint) / (1 - faint), 0.0, 1.0) ** 0.7 * MOST_OPAQUE
    colours = np.where(share[:, None] > 0, DENSER, LESS_DENSE)
    red, green, blue = (np.rint(colours * alpha[:, None]).astype(np.uint32)).T
    table: NDArray[np.uint32] = np.rint(alpha * 255).astype(np.uint32) << np.uint32(24)
    table |= (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return table


class MirrorLayer:
    """The tint of the last picture."""

    def __init__(self) -> None:
        self._kept: tuple[MirrorPicture, Overlay] | None = None
        self._table = tint_table()

    def overlay(self, picture: MirrorPicture) -> Overlay:
        """The tint on the slice's grid."""
        if self._kept is None or self._kept[0] is not picture:
            tint = as_image(np.take(self._table, picture.steps, mode="clip"))
            self._kept = (picture, Overlay(*picture.corner, tint))
        return self._kept[1]


def draw_line(painter: QPainter, viewport: Viewport, ends: Ends) -> None:
    """Draw the midline over a slice."""
    painter.save()
    painter.setClipRect(viewport.rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    first, last = (viewport.point(*end) for end in ends)
    for stroke in (pen(HALO, 3), pen(LINE, 1)):
        # dashes are counted in widths of the pen
        stroke.setDashPattern([8 / stroke.widthF(), 5 / stroke.widthF()])
        stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(stroke)
        painter.drawLine(first, last)
    painter.restore()


def draw_mirror_legend(
    painter: QPainter,
    stamps: Stamps,
    text: HaloText,
    scene: Scene,
    right: float,
    middle: float,
    *,
    brief: bool,
) -> QRectF:
    """A bar from denser to less dense with its ends in HU; returns what it covers."""
    height = BAR_HEIGHT / 2 if brief else BAR_HEIGHT
    top = round(middle - height / 2)
    size = QSizeF(BAR_WIDTH + 2, height + 2)

    def paint(stamp: QPainter) -> None:
        stamp.fillRect(QRectF(QPointF(0, 0), size), HALO)
        area = QRectF(1, 1, BAR_WIDTH, height)
        stamp.fillRect(area, QColor(70, 70, 70))  # the grey of brain, over which the tint is seen
        stamp.drawImage(area, as_image(tint_table()[1:][::-1, None]))

    stamps.draw(painter, QPointF(right - BAR_WIDTH - 1, top - 1), size, ("mirror", height), paint)
    for share, words in ((0.0, f"+{MOST_HU:.0f}"), (0.5, "0"), (1.0, f"\u2212{MOST_HU:.0f}")):
        y = top + height * share - line_height(SMALL_PX) / 2
        block = Block((plain(words, Tone.MUTED),), SMALL_PX, right=True)
        text.draw(painter, block, QPointF(right - BAR_WIDTH - 6, y))
    if brief:
        return QRectF(right - BAR_WIDTH - 32, top - 8, BAR_WIDTH + 32, height + 16)
    unit = "HU" if scene.volume.is_hu else tr("grey levels")
    lines = (plain(tr("{0} more than").format(unit), Tone.MUTED), plain(tr("other side"), Tone.MUTED))
    text.draw(painter, Block(lines, SMALL_PX, right=True), QPointF(right, top + height + 8))
    return QRectF(right - 90, top - 8, 90, height + 52)
