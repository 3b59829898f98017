"""What surrounds the image: corner text, letters, ruler, legend, badges; it thins out where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter

from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.corner_text import (
    patient_lines,
    probe_line,
    slice_lines,
    study_lines,
    tr,
    window_line,
)
from ichviewer.widgets.canvas.halo_text import Block, HaloText, Line, line_height, plain, size_of
from ichviewer.widgets.canvas.ink import Tone, colour
from ichviewer.widgets.canvas.legend import draw_legend
from ichviewer.widgets.canvas.marks import LETTER_PX, MARGIN, draw_letters, draw_ruler
from ichviewer.widgets.canvas.pills import PILL_GAP, PILL_HEIGHT, Pill, draw_pills, pills
from ichviewer.widgets.canvas.room import Room, room_of

if TYPE_CHECKING:
    from ichcore.explain.heatmap import Heatmap
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.stamps import Put, Stamps
    from ichviewer.widgets.canvas.viewport import Viewport

TOP = 10.0
SIDE_BAND = 32.0
"""Points that an orientation letter takes at a side."""
PILL_SHARE = 0.7
"""Badges take at most this share of the view's width."""
STILLS = 4
"""Kept surroundings: of slices with a map and without, whose legends and notes differ."""

Still = tuple[tuple[object, ...], "list[Put]", list[QRectF]]
"""What surroundings depend on, what was put down, and where labels should keep off."""


class Furniture:
    """Draws what surrounds the image."""

    def __init__(self, text: HaloText, stamps: Stamps) -> None:
        self._text = text
        self._stamps = stamps
        self.pills: list[Pill] = []
        self.occupied: list[QRectF] = []
        """What labels on the image should keep off."""
        self._still: list[Still] = []

    def draw(self, painter: QPainter, scene: Scene, viewport: Viewport, shown: tuple[Heatmap, ...]) -> None:
        """Draw it all, as much as there is room for."""
        self.pills = []
        bounds = QRectF(0, 0, viewport.width, viewport.height)
        room = room_of(bounds.width(), bounds.height())
        ratio = painter.device().devicePixelRatioF()
        key = (ratio, viewport.width, viewport.height, viewport.down, *_still_key(scene, shown))
        kept = next((still for still in self._still if still[0] == key), None)
        if kept is not None:
            # from slice to slice only the bottom line changes
            self._stamps.replay(painter, kept[1])
        else:
            self.occupied = []
            with self._stamps.recording() as puts:
                self._sides(painter, scene, viewport, shown, bounds, room)
            kept = (key, puts, self.occupied)
            self._still = [kept, *self._still[: STILLS - 1]]
        self.occupied = list(kept[2])
        if scene.corner_text:
            self._bottom(painter, scene, viewport, bounds, room)

    def _sides(
        self,
        painter: QPainter,
        scene: Scene,
        viewport: Viewport,
        shown: tuple[Heatmap, ...],
        bounds: QRectF,
        room: Room,
    ) -> None:
        """All but the bottom corners."""
        corners = scene.corners
        letters = corners.letters and scene.corner_text
        if corners.research and not scene.corner_text:
            line = Block((plain(tr("Research use only"), Tone.MUTED),), _pixels(room))
            self._write(painter, line, QPointF(bounds.left() + MARGIN, bounds.top() + TOP))
        if letters:
            flipped = scene.flipped is not None
            draw_letters(painter, self._text, scene.volume.geometry, bounds, flipped=flipped)
        if scene.display is Display.MODEL_INPUT:
            self._model_saw(painter, scene, bounds)
        elif scene.note:
            self._note(painter, scene.note, bounds, pixels=_pixels(room))
        if scene.corner_text:
            self._top(painter, scene, bounds, room)
        spacing = scene.volume.geometry.pixel_spacing_mm
        band = SIDE_BAND if letters else MARGIN
        if corners.ruler and spacing is not None and room is Room.FULL and scene.corner_text:
            draw_ruler(painter, self._stamps, self._text, viewport, spacing[0], bounds.left() + band + 4)
        legend = corners.legend and (room is not Room.BARE or scene.votes is not None)
        if legend and scene.decoded:
            right, middle = round(bounds.right() - band - 4), bounds.center().y()
            self.occupied.append(
                draw_legend(
                    painter,
                    self._stamps,
                    self._text,
                    scene,
                    shown,
                    right,
                    middle,
                    brief=room is not Room.FULL,
                )
            )

    def _write(self, painter: QPainter, block: Block, at: QPointF) -> None:
        self.occupied.append(self._text.draw(painter, block, at))

    def _top(self, painter: QPainter, scene: Scene, bounds: QRectF, room: Room) -> None:
        corners, identity = scene.corners, scene.volume.identity
        pixels = _pixels(room)
        width = bounds.width() / 2 - MARGIN - SIDE_BAND / 2 - 8
        left: tuple[Line, ...] = ()
        if corners.title:
            left = (plain(_title(scene)),)
        if corners.patient and room is not Room.BARE:
            left = (*left, *patient_lines(identity, shown=scene.identity)[: 1 if room is Room.TIGHT else 2])
        if corners.research:
            left = (*left, plain(tr("Research use only"), Tone.MUTED))
        self._write(
            painter, Block(left, pixels, width=width), QPointF(bounds.left() + MARGIN, bounds.top() + TOP)
        )
        if corners.study and room is not Room.BARE:
            lines = study_lines(identity, shown=scene.identity)[: 1 if room is Room.TIGHT else 2]
            block = Block(lines, pixels, right=True, width=width)
            self._write(painter, block, QPointF(bounds.right() - MARGIN, bounds.top() + TOP))

    def _bottom(
        self, painter: QPainter, scene: Scene, viewport: Viewport, bounds: QRectF, room: Room
    ) -> None:
        corners, pixels = scene.corners, _pixels(room)
        right_lines = slice_lines(scene) if corners.slice_place else ()
        if room is not Room.FULL:
            right_lines = right_lines[-1:]
        if room is Room.BARE and right_lines:
            right_lines = (plain(f"{scene.index + 1} / {scene.volume.shape[0]}"),)
        right = Block(right_lines, pixels, right=True, width=bounds.width() * 0.5 - MARGIN - SIDE_BAND / 2)
        right_size = size_of(right)
        foot = bounds.bottom() - TOP
        self._write(painter, right, QPointF(bounds.right() - MARGIN, foot - right_size.height()))
        left_lines: list[Line] = []
        half = bounds.width() * 0.5 - MARGIN - SIDE_BAND / 2
        probe = probe_line(scene) if corners.probe else ()
        if probe:
            left_lines.append(probe if room is Room.FULL else probe[:1])
        if corners.window and room is not Room.BARE:
            line = window_line(scene, viewport)
            fits = room is Room.FULL and size_of(Block((line,), pixels)).width() <= half
            left_lines.append(line if fits else line[:2])
        left = Block(tuple(left_lines), pixels, width=half)
        self._write(
            painter, left, QPointF(bounds.left() + MARGIN, foot - line_height(pixels) * len(left_lines))
        )
        if corners.slice_place and room is not Room.BARE:
            self._pills(painter, scene, bounds, foot - right_size.height() - 6, room)

    def _pills(self, painter: QPainter, scene: Scene, bounds: QRectF, bottom: float, room: Room) -> None:
        most = 4 if room is Room.FULL else 2
        fits = int((bounds.height() * 0.3) // (PILL_HEIGHT + PILL_GAP))
        self.pills = pills(
            scene.badges, bounds.right() - MARGIN, bottom, bounds.width() * PILL_SHARE, min(most, fits)
        )
        draw_pills(painter, self._stamps, self.pills)
        self.occupied += [pill.rect for pill in self.pills]

    def _model_saw(self, painter: QPainter, scene: Scene, bounds: QRectF) -> None:
        """The one thing nobody may overlook while the picture is not the series itself."""
        picture = scene.model_picture
        size = "" if picture is None else f" · {picture.image.width()} × {picture.image.height()}"
        more = tr(" · stretched for display") if picture is not None and picture.stretched else ""
        self._centred(painter, plain(tr("What the model saw") + size + more, Tone.ACCENT), bounds)

    def _note(self, painter: QPainter, words: str, bounds: QRectF, *, pixels: int) -> None:
        """Words on a ground of their own, below the upper letter: they may lie on bone."""
        block = Block((plain(words),), pixels, weight=QFont.Weight.Medium)
        wide = min(size_of(block).width() + 16, bounds.width() - 2 * MARGIN)
        top = bounds.top() + 8 + line_height(LETTER_PX) + 6
        rect = QRectF(bounds.center().x() - wide / 2, top, wide, pixels + 9)
        self._stamps.label(painter, rect, words, colour(Tone.TEXT.value), pixels=pixels)
        self.occupied.append(rect)

    def _centred(self, painter: QPainter, line: Line, bounds: QRectF) -> None:
        """Words below the upper letter."""
        block = Block((line,), 13, weight=QFont.Weight.Medium, width=bounds.width() - 2 * MARGIN)
        at = QPointF(
            bounds.center().x() - size_of(block).width() / 2, bounds.top() + 8 + line_height(LETTER_PX) + 6
        )
        self._write(painter, block, at)


def _still_key(scene: Scene, shown: tuple[Heatmap, ...]) -> tuple[object, ...]:
    """What everything but the bottom corners depends on, beside the viewport.

    Geometry and identity compare by identity and by value; holding them keeps their ids their own.
    """
    volume = scene.volume
    return (
        volume.geometry,
        volume.identity,
        scene.identity,
        scene.corners,
        scene.corner_text,
        scene.display,
        scene.model_picture if scene.display is Display.MODEL_INPUT else None,
        (scene.window.name, scene.learned_channel) if scene.corners.title else None,
        scene.learned_windows if scene.display is Display.COMPOSITE else (),
        scene.decoded,
        tuple(heatmap.class_name for heatmap in shown),
        scene.note,
        scene.mirrored,
        scene.flipped is not None,
        None if scene.votes is None else scene.votes.most,
        (scene.overlay.class_name, scene.overlay.colour_map, scene.overlay.threshold),
    )


def _pixels(room: Room) -> int:
    return 13 if room is Room.FULL else 11


def _title(scene: Scene) -> str:
    if scene.display is Display.COMPOSITE:
        return tr("learned, three channels")
    if scene.display is Display.MODEL_INPUT:
        return tr("model input")
    if scene.learned_channel is not None:
        return tr("Learned")
    name = scene.window.name or tr("window")
    return name[:1].upper() + name[1:]
