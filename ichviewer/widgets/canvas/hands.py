"""All that the hand can do on the slice besides looking; one set for all views of an image area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.widgets.canvas.box_hand import BoxHand
from ichviewer.widgets.canvas.measuring import Measuring
from ichviewer.widgets.canvas.midline_hand import MidlineHand
from ichviewer.widgets.canvas.painting import Painting

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.viewport import Viewport


class Hands(QObject):
    """Each knows its own tools and passes on what is none of its business.

    Attributes:
        measuring: measurements.
        painting: the reader's mask.
        boxes: the reader's boxes.
        midline: the line between the sides of the head.
        occlusion: what is painted away before the model is asked.
    """

    changed = Signal()
    """What is in the making is another."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        view, annotating = workspace.view, workspace.annotating
        self.measuring = Measuring(workspace, self)
        self.painting = Painting(annotating, workspace.operations, view, self)
        self.boxes = BoxHand(workspace.boxes, annotating, view, self)
        self.midline = MidlineHand(workspace.mirror, view, self)
        self.occlusion = workspace.inference.probes.occlusion
        for each in (self.measuring, self.painting, self.boxes, self.midline, self.occlusion):
            each.changed.connect(self.changed)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the handles of what can be dragged; they are on the screen only, and in no picture."""
        self.boxes.paint(painter, viewport)
        self.midline.paint(painter, viewport)

    @property
    def can_cancel(self) -> bool:
        """Whether Escape would give something up."""
        measuring = self.measuring.active or self.measuring.selected is not None
        mask = self.painting.can_cancel or self.boxes.can_cancel
        return measuring or mask or self.midline.busy or bool(self.occlusion.strokes)

    def cancel(self) -> bool:
        """Escape: give up what is in the making; ``False`` where nothing is."""
        return (
            self.midline.cancel()
            or self.boxes.cancel()
            or self.painting.cancel()
            or self.measuring.cancel()
            or self.occlusion.clear()
        )
