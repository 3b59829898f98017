"""The reader's boxes on the screen, each with its class and whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import hemorrhage_class
from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.boxes import LabelledBox as BoxOnScreen
from ichviewer.widgets.canvas.boxes import label_size, rect_of
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.placing import place
from ichviewer.widgets.canvas.room import Room, room_of
from ichviewer.widgets.canvas.stamps import strips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.annotations.annotation import LabelledBox
    from ichviewer.documents.reader_boxes import ReaderBoxes
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.viewport import Viewport


@dataclass(frozen=True)
class OwnBox:
    """One of the reader's boxes as it is now, be it in the hand.

    Attributes:
        number: that it keeps while it is moved; ``None`` while it is being drawn.
        box: what it is.
        selected: whether keys are meant for it.
    """

    number: int | None
    box: LabelledBox
    selected: bool = False


def stored_boxes(boxes: ReaderBoxes, index: int) -> tuple[OwnBox, ...]:
    """The reader's boxes of a slice as they are stored."""
    return tuple(OwnBox(number, box) for number, box in boxes.on(index).items())


def with_own_boxes(scene: Scene, own: tuple[OwnBox, ...]) -> Scene:
    """A scene with the reader's boxes, which stand in place of the model's of the same class."""
    if not own or scene.display is Display.MODEL_INPUT:
        return scene
    mine = {each.box.name for each in own}
    boxes = tuple(box for box in scene.boxes if box.class_name not in mine)
    return replace(scene, own_boxes=own, boxes=boxes)


def own_label(box: LabelledBox) -> str:
    """Class, and where it comes from where that is a model."""
    short = hemorrhage_class(box.name).short
    if not box.model and box.origin is not Origin.MODEL:
        return tr("{class_} · yours").format(class_=short)
    words = tr("{class_} · model's") if box.origin is Origin.MODEL else tr("{class_} · adjusted")
    return words.format(class_=short)


def own_on_screen(
    boxes: Sequence[OwnBox], viewport: Viewport, occupied: Sequence[QRectF] = ()
) -> list[BoxOnScreen]:
    """Screen rectangles of the boxes and of their labels, which keep off each other.

    Small views name the class alone.

    Args:
        boxes: of the shown slice.
        viewport: where it is shown.
        occupied: what labels should keep off as well.
    """
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    placed: list[BoxOnScreen] = []
    roomy = room_of(viewport.width, viewport.height) is Room.FULL
    rects = [rect_of(own.box.rectangle, viewport) for own in boxes]
    sides = [[QRectF(side) for side in strips(rect.adjusted(-5, -5, 5, 5), 10)] for rect in rects]
    for own, rect in zip(boxes, rects, strict=True):
        label = own_label(own.box) if roomy else hemorrhage_class(own.box.name).short
        size, seen = label_size(label), rect.intersected(bounds)
        candidates = (
            QPointF(seen.left(), seen.top() - size.height() - 6),
            QPointF(seen.left(), seen.bottom() + 6),
            QPointF(seen.right() + 7, seen.top()),
            QPointF(seen.left() - size.width() - 7, seen.top()),
        )
        taken = [*occupied, *(item.label_rect for item in placed), *(s for each in sides for s in each)]
        placed.append(BoxOnScreen(rect, label, place(size, candidates, bounds, taken), own.box.name))
    return placed
