"""The shown slice compared with its mirror image, in the background, while the reader asks for it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichviewer.base.timers import single_shot
from ichviewer.documents.view_state import Tool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.mirror_compare import DenserPiece, MirrorView
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import ViewState

SHOWN, AHEAD = "mirror", "mirror-ahead"
SETTLE_MS = 30
"""A reader who scrolls past a slice faster than this does not want it compared."""
NEIGHBOURS = 2
"""Slices compared ahead on either side of the shown one."""
KEPT = 32
"""Slices kept; each takes 0.8 MB at 512²."""
MOST_HU = 30.0
"""The colours end at this difference."""
LINE_BEYOND_MM = 22.0
"""So far the midline is drawn beyond the inside of the skull."""
MIDDLE = 128
"""The step of no difference."""
USUAL_PIXEL_MM = 0.45
"""Of a head in 512 pixels, where the series states no spacing."""
_SOFT_HU, _GREY = (-20.0, 110.0), (0.0, 255.0)
"""What HU and grey values are cut to before."""
_LOOKING = (Tool.WINDOW, Tool.PAN, Tool.ZOOM)
"""Tools that leave nothing on the slice; all others would leave it on the wrong side of a flipped one."""


@dataclass(frozen=True, eq=False)
class MirrorPicture:
    """How a slice differs from its mirror image.

    Attributes:
        line: ends of the midline, (row, column) of both.
        corner: first row and column of ``steps``.
        steps: uint8, of the part of the slice that is compared; :data:`MIDDLE` is no difference, 127 steps
            more are :data:`MOST_HU` and above.
        denser: the largest piece that is denser than the other side, if there is one.
        right_of_line: whether that piece lies right of the midline on the slice's grid.
        flipped: int16 ``(rows, columns)`` the slice flipped about the midline.
    """

    line: tuple[tuple[float, float], tuple[float, float]]
    corner: tuple[int, int]
    steps: NDArray[np.uint8]
    denser: DenserPiece | None
    right_of_line: bool
    flipped: NDArray[np.int16]


class MirrorCompare(QObject):
    """Off until the reader switches it on; then as soon as the reader rests on a slice."""

    changed = Signal()
    """Something is switched on or off, or the shown slice is compared now."""
    failed = Signal(str)

    def __init__(self, jobs: Jobs, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._view = jobs, view
        self._case: Case | None = None
        self._tinted = self._flipped = False
        self._angle: float | None = None
        self._pictures: OrderedDict[int, MirrorPicture] = OrderedDict()
        self._settled = single_shot(self, self._compute, SETTLE_MS)
        view.slice_changed.connect(self._request)
        view.tool_changed.connect(self._tool_changed)

    def set_case(self, case: Case | None) -> None:
        """Work for another case; what is under way is dropped, and nothing is flipped any more."""
        if case is self._case:
            return
        self._drop()
        if self._case is not None:
            self._case.slice_decoded.disconnect(self._request)
        if case is not None:
            case.slice_decoded.connect(self._request)
        self._case = case
        self._flipped = False  # nobody expects a new series to have its sides changed
        self._angle = None
        self._pictures.clear()
        self._request()

    @property
    def tinted(self) -> bool:
        """Whether the difference of the sides is shown."""
        return self._tinted

    @property
    def flipped(self) -> bool:
        """Whether the slice is shown flipped."""
        return self._flipped

    def toggle_tint(self) -> None:
        """Show the difference of the sides, or no more."""
        self._switch(tinted=not self._tinted, flipped=False)

    def toggle_flip(self) -> None:
        """Show the slice flipped, or as it is; a tool that draws is put away before."""
        if not self._flipped and self._view.tool not in _LOOKING:
            self._view.set_tool(Tool.WINDOW)
        self._switch(tinted=self._tinted, flipped=not self._flipped)

    def _tool_changed(self) -> None:
        if self._flipped and self._view.tool not in _LOOKING:
            self._switch(tinted=self._tinted, flipped=False)

    def _switch(self, *, tinted: bool, flipped: bool) -> None:
        self._tinted, self._flipped = tinted, flipped
        if tinted or flipped:
            self._request()
        else:
            self._drop()
        self.changed.emit()

    def picture(self, index: int) -> MirrorPicture | None:
        """Of a slice; ``None`` until it is there."""
        return self._pictures.get(index)

    @property
    def waiting(self) -> bool:
        """Whether the shown slice is still to come."""
        return self._settled.isActive() or self._jobs.running(SHOWN)

    def _drop(self) -> None:
        self._settled.stop()
        self._jobs.drop(SHOWN)
        self._jobs.drop(AHEAD)

    def _request(self) -> None:
        if (self._tinted or self._flipped) and self._case is not None:
            self._settled.start()

    def _compute(self) -> None:
        case, index = self._case, self._view.slice_index
        if case is None:
            return
        if self._missing(case, index):
            self._submit(SHOWN, case, (index,))
            return  # the neighbours' turn comes once it is there
        around = sorted(range(index - NEIGHBOURS, index + NEIGHBOURS + 1), key=lambda i: abs(i - index))
        ahead = tuple(i for i in around[1:] if self._missing(case, i))
        if ahead:
            self._submit(AHEAD, case, ahead)

    def _missing(self, case: Case, index: int) -> bool:
        volume = case.volume
        there = 0 <= index < volume.shape[0] and bool(volume.decoded[index])
        return there and index not in self._pictures

    def _submit(self, key: str, case: Case, indices: tuple[int, ...]) -> None:
        volume = case.volume
        spacing = volume.geometry.pixel_spacing_mm
        pixel_mm = USUAL_PIXEL_MM if spacing is None else (spacing[0] * spacing[1]) ** 0.5
        soft, known = _SOFT_HU if volume.is_hu else _GREY, self._angle

        def work(context: JobContext) -> None:
            from ichcore.masks.mirror_compare import series_angle  # it brings scipy

            angle = (
                series_angle(volume.hu[volume.decoded], pixel_mm, soft_hu=soft) if known is None else known
            )
            for index in indices:
                context.cancel.raise_if_cancelled()
                context.post((angle, index, compared(volume.hu[index], pixel_mm, angle, soft)))
                context.let_urgent_pass()

        def streamed(answer: tuple[float, int, MirrorPicture]) -> None:
            if self._case is case:
                self._angle = answer[0]
                self._take(*answer[1:])

        self._jobs.submit(
            "device", work, key=key, failed=self.failed.emit, streamed=streamed, urgent=key == SHOWN
        )

    def _take(self, index: int, picture: MirrorPicture) -> None:
        self._pictures[index] = picture
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        if index == self._view.slice_index:
            self.changed.emit()
            self._request()


def compared(
    hu: NDArray[np.int16], pixel_mm: float, angle: float, soft: tuple[float, float]
) -> MirrorPicture:
    """A slice compared with its mirror image.

    Args:
        hu: int16 ``(rows, columns)``, HU or grey values.
        pixel_mm: size of a pixel.
        angle: of the midlines of the series.
        soft: lowest and highest value that tells.
    """
    from ichcore.masks.mirror_compare import denser_piece, mirror_view  # they bring scipy

    found = mirror_view(hu, pixel_mm, angle=angle, soft_hu=soft)
    rows, columns = (_span(np.flatnonzero(found.difference_hu.any(axis=axis))) for axis in (1, 0))
    share = np.clip(found.difference_hu[rows, columns] / MOST_HU, -1.0, 1.0)
    steps = np.rint(share * (MIDDLE - 1) + MIDDLE).astype(np.uint8)
    line, denser = _line(found, pixel_mm), denser_piece(found.difference_hu, pixel_mm)
    right = False
    if denser is not None:
        row, column = denser.middle
        right = bool(column > np.interp(row, [line[0][0], line[1][0]], [line[0][1], line[1][1]]))
    return MirrorPicture(line, (rows.start, columns.start), steps, denser, right, found.hu)


def _span(at: NDArray[np.intp]) -> slice:
    """From the first of ascending places to the last; where there is none, the first of all."""
    return slice(int(at[0]), int(at[-1]) + 1) if at.size else slice(0, 1)


def _line(found: MirrorView, pixel_mm: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The midline from a little before what is compared to a little behind it."""
    (first, start), (last, end) = found.midline.ends((found.hu.shape[0], found.hu.shape[1]))
    rows = np.flatnonzero(found.difference_hu.any(axis=1))
    if not rows.size:
        return (first, start), (last, end)
    margin = LINE_BEYOND_MM / pixel_mm
    top, bottom = max(first, float(rows[0]) - margin), min(last, float(rows[-1]) + margin)
    columns = np.interp([top, bottom], [first, last], [start, end])
    return (top, float(columns[0])), (bottom, float(columns[1]))
