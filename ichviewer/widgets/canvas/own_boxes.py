"""The reader's boxes on the screen, each with its class and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import hemorrhage_class
from ichviewer.widgets.canvas.boxes import LabelledBox as BoxOnScreen
from ichviewer.widgets.canvas.boxes import label_size, rect_of
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.placing import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.annotations.annotation import LabelledBox
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

    Args:
        boxes: of the shown slice.
        viewport: where it is shown.
        occupied: what labels should keep off as well.
    """
    bounds = QRectF(0, 0, viewport.width, viewport.height)
    placed: list[BoxOnScreen] = []
    for own in boxes:
        rect, label = rect_of(own.box.rectangle, viewport), own_label(own.box)
        size, seen = label_size(label), rect.intersected(bounds)
        candidates = (
            QPointF(seen.left(), seen.top() - size.height() - 6),
            QPointF(seen.left(), seen.bottom() + 6),
            QPointF(seen.right() + 7, seen.top()),
            QPointF(seen.left() - size.width() - 7, seen.top()),
        )
        taken = [*occupied, *(item.label_rect for item in placed)]
        placed.append(BoxOnScreen(rect, label, place(size, candidates, bounds, taken), own.box.name))
    return placed
