"""What the hand does to the reader's mask: strokes, outlines and clicks; knows points, not widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.edit_settings import LARGEST_MM, SMALLEST_MM
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.label_drawing import LABEL_COLOURS
from ichviewer.widgets.canvas.proposed import Draft, Pointed

if TYPE_CHECKING:
    from ichcore.masks.edits.region import Voxel
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.mask_operations import MaskOperations
    from ichviewer.documents.measurements import Point
    from ichviewer.documents.view_state import ViewState

STROKES = frozenset({Tool.BRUSH, Tool.ERASER})
TIPS = STROKES | {Tool.SCRIBBLE}
CLICKS = {
    Tool.FILL: "fill",
    Tool.LEVEL_TRACE: "level_trace",
    Tool.REGION_GROW: "region_grow",
    Tool.RELABEL: "relabel",
    Tool.DROP_ISLAND: "drop_island",
}
MASK_TOOLS = TIPS | {Tool.POLYGON, Tool.LASSO} | CLICKS.keys()
SIZE_STEP = 1.15
"""One step of the brush's size."""
CLOSING_PX = 2.0
"""A polygon's point so near its first one closes it, in pixels of the slice."""


class Painting(QObject):
    """One hand for all views of the image area; the documents get what it has done when it lets go."""

    changed = Signal()
    """What is in the making is another."""

    def __init__(
        self,
        annotating: Annotating,
        operations: MaskOperations,
        view: ViewState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._annotating, self._operations, self._view = annotating, operations, view
        self._points: list[Point] = []
        self._tool = view.tool
        self._looked: Voxel | None = None
        view.slice_changed.connect(self._leave_slice)
        view.tool_changed.connect(self._tool_changed)
        annotating.ready_changed.connect(self._forget)

    # what views draw

    @property
    def on(self) -> bool:
        """Whether the tool in hand edits the mask."""
        return self._view.tool in MASK_TOOLS

    @property
    def has_tip(self) -> bool:
        """Whether it has a round tip."""
        return self._view.tool in TIPS

    @property
    def busy(self) -> bool:
        """Whether a stroke or an outline is in the making."""
        return self._annotating.painting or bool(self._points)

    @property
    def draft(self) -> Draft | None:
        """The outline or scribble in the making."""
        if not self._points:
            return None
        settings = self._annotating.settings
        scribble = self._view.tool is Tool.SCRIBBLE
        return Draft(
            tuple(self._points),
            LABEL_COLOURS[settings.label],
            closed=not scribble,
            width_mm=2 * settings.radius if scribble else 0.0,
        )

    @property
    def pointed(self) -> Pointed | None:
        """A proposal, or what a click would take."""
        annotating = self._annotating
        proposal, preview = annotating.proposing.proposal, annotating.proposing.preview
        if proposal is not None:
            labels = proposal.edit.new_labels
            label = int(labels.max()) if labels.size and labels.max() else annotating.settings.label
            return Pointed(proposal.region, LABEL_COLOURS[label], hatched=True)
        if preview is not None:
            return Pointed(preview, LABEL_COLOURS[annotating.settings.label], hatched=False)
        return None

    def erases(self, *, alt: bool) -> bool:
        """Whether the tip takes away; Alt makes a brush of an eraser and the other way round."""
        return (self._view.tool is Tool.ERASER) != alt

    # the hand

    def press(self, point: Point, *, alt: bool = False, pressure: float = 1.0) -> bool:
        """The left button or the pen went down; ``True`` where that concerns the mask."""
        tool, index = self._view.tool, self._view.slice_index
        if tool not in MASK_TOOLS:
            return False
        if tool in STROKES:
            self._annotating.begin(index, *point, pressure, erase=self.erases(alt=alt))
        elif tool is Tool.POLYGON:
            self._polygon(point)
        elif tool in CLICKS:
            self._operations.click(CLICKS[tool], (index, round(point[0]), round(point[1])))
        elif self._annotating.prepare():
            self._points = [point]
            self.changed.emit()
        return True

    def move(self, point: Point, *, pressure: float = 1.0, down: bool = False) -> bool:
        """The hand moved; ``True`` where something follows it."""
        tool, index = self._view.tool, self._view.slice_index
        if self._annotating.painting:
            self._annotating.extend(index, *point, pressure)
            return True
        if tool is Tool.POLYGON and self._points:
            self._points[-1] = point
        elif self._points and down:
            self._points.append(point)
        else:
            if tool is Tool.LEVEL_TRACE:
                self._look(point)
            return tool in MASK_TOOLS
        self.changed.emit()
        return True

    def release(self) -> bool:
        """The left button or the pen came up; ``True`` where that concerned the mask."""
        tool = self._view.tool
        if self._annotating.painting:
            self._annotating.end_stroke()
            return True
        if not self._points or tool is Tool.POLYGON:
            return tool in MASK_TOOLS
        points, self._points = self._points, []
        self.changed.emit()
        if tool is Tool.SCRIBBLE:
            self._operations.refine_scribble(self._view.slice_index, points)
        else:
            self._operations.outline(self._view.slice_index, points, "Lasso")
        return True

    def enter(self, point: Point) -> bool:
        """Enter: take the proposal, close the polygon, else do at a point what a click does."""
        if self._annotating.accept_proposal():
            return True
        if self._view.tool is Tool.POLYGON and len(self._points) > 2:
            self._close()
            return True
        if not self.on:
            return False
        self.press(point)
        self.release()
        return True

    def cancel(self) -> bool:
        """Escape: give the stroke, the outline or the proposal up; ``False`` where there is none."""
        had = self._annotating.cancel_stroke() or self._annotating.proposing.drop()
        if self._points:
            self._points, had = [], True
            self.changed.emit()
        return had

    @property
    def can_cancel(self) -> bool:
        """Whether Escape would give something up."""
        return self.busy or self._annotating.proposing.proposal is not None

    def resize(self, steps: float) -> None:
        """Make the brush larger or smaller."""
        radius = self._annotating.settings.radius * SIZE_STEP**steps
        self._annotating.change(radius=min(max(radius, SMALLEST_MM), LARGEST_MM))

    def leave(self) -> None:
        """The mouse has left."""
        self._stop_looking()

    # inside

    def _polygon(self, point: Point) -> None:
        if not self._points:
            if self._annotating.prepare():
                self._points = [point, point]
        elif len(self._points) > 3 and _near(self._points[0], point):
            self._close()
            return
        else:
            self._points[-1] = point
            self._points.append(point)
        self.changed.emit()

    def _close(self) -> None:
        points, self._points = self._points[:-1], []
        self.changed.emit()
        self._operations.outline(self._view.slice_index, points, "Polygon")

    def _look(self, point: Point) -> None:
        at = (self._view.slice_index, round(point[0]), round(point[1]))
        if at != self._looked:
            self._looked = at
            self._operations.preview_level(at)

    def _stop_looking(self) -> None:
        if self._looked is not None:
            self._looked = None
            self._operations.preview_level(None)

    def _tool_changed(self) -> None:
        self._leave_slice()
        if self.on:
            self._annotating.prepare()

    def _leave_slice(self) -> None:
        self._annotating.end_stroke()
        self._stop_looking()
        self._forget()

    def _forget(self) -> None:
        if self._points:
            self._points = []
            self.changed.emit()


def _near(one: Point, other: Point) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= CLOSING_PX
