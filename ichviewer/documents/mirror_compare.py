"""The shown slice compared with its mirror image, in the background, while the reader asks for it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.base.timers import single_shot
from ichviewer.documents.midline_setting import MidlineSetting
from ichviewer.documents.mirror_picture import compared
from ichviewer.documents.view_state import Tool

if TYPE_CHECKING:
    from ichcore.masks.midline import Ends, Midline
    from ichcore.masks.mirror_compare import MirrorGround
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.mirror_picture import MirrorPicture
    from ichviewer.documents.view_state import ViewState

SHOWN, AHEAD = "mirror", "mirror-ahead"
SETTLE_MS = 30
"""A reader who scrolls past a slice faster than this does not want it compared."""
NEIGHBOURS = 2
"""Slices compared ahead on either side of the shown one."""
KEPT = 32
"""Slices kept; each takes 0.8 MB at 512²."""
USUAL_PIXEL_MM = 0.45
"""Of a head in 512 pixels, where the series states no spacing."""
_SOFT_HU, _GREY = (-20.0, 110.0), (0.0, 255.0)
"""What HU and grey values are cut to before."""
LOOKING = (Tool.WINDOW, Tool.PAN, Tool.ZOOM)
"""Tools that leave nothing on the slice; all others would leave it on the wrong side of a flipped one."""


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
        self._ground: tuple[int, MirrorGround] | None = None
        self._dragged: tuple[Midline, Ends] | None = None
        self._setting = MidlineSetting(self)
        self._setting.failed.connect(self.failed)
        self._settled = single_shot(self, self._compute, SETTLE_MS)
        view.slice_changed.connect(self._slice_changed)
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
        self._angle = self._ground = self._dragged = None
        self._setting.take(case)
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
        if not self._flipped and self._view.tool not in LOOKING:
            self._view.set_tool(Tool.WINDOW)
        self._switch(tinted=self._tinted, flipped=not self._flipped)

    def _slice_changed(self) -> None:
        self.cancel_drag()
        self._request()

    def _tool_changed(self) -> None:
        if self._flipped and self._view.tool not in LOOKING:
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

    # the midline in the reader's hand

    @property
    def corrected(self) -> bool:
        """Whether the reader set the midline of the series."""
        return self._setting.corrected

    def line(self, index: int) -> Ends | None:
        """Ends of a slice's midline as it is now, be it in the hand; ``None`` until the slice is compared."""
        if self._dragged is not None and index == self._view.slice_index:
            return self._dragged[1]
        picture = self._pictures.get(index)
        return None if picture is None else picture.line

    def drag(self, line: Midline, ends: Ends) -> None:
        """Have the line of the shown slice elsewhere while the hand holds it; the picture follows."""
        self._dragged = (line, ends)
        self._jobs.drop(AHEAD)
        if not self._jobs.running(SHOWN):
            self._compute()
        self.changed.emit()

    def let_go(self) -> None:
        """The line stays where it was dragged, for the series."""
        dragged, self._dragged = self._dragged, None
        if dragged is not None:
            self._setting.put(self._view.slice_index, dragged[0])
            self._line_changed(dragged[1])

    def cancel_drag(self) -> bool:
        """Have the line back where the drag began; ``False`` where there is none."""
        had, self._dragged = self._dragged is not None, None
        if had:
            self._request()
            self.changed.emit()
        return had

    def compute_midline(self) -> None:
        """Have the computed midline again."""
        if self._setting.corrected:
            self._setting.forget()
            self._ground = None  # it may know no other line than the reader's
            self._line_changed()

    def _line_changed(self, ends: Ends | None = None) -> None:
        """Pictures about another line are worth nothing; the shown one stays until the next is there."""
        index = self._view.slice_index
        shown = self._pictures.get(index)
        self._pictures.clear()
        if shown is not None:
            # one that is about the new line already has its own ends
            if ends is not None and shown.about != self._about(index):
                shown = replace(shown, line=ends)
            self._pictures[index] = shown
        self._request()
        self.changed.emit()

    def _about(self, index: int) -> Midline | None:
        """The line that a slice is to be flipped about; ``None`` for the computed one."""
        if self._dragged is not None and index == self._view.slice_index:
            return self._dragged[0]
        return self._setting.at(index)

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
        if self._dragged is not None or self._missing(case, index):
            return  # the neighbours' turn comes once it is there
        around = sorted(range(index - NEIGHBOURS, index + NEIGHBOURS + 1), key=lambda i: abs(i - index))
        ahead = tuple(i for i in around[1:] if self._missing(case, i))
        if ahead:
            self._submit(AHEAD, case, ahead)

    def _missing(self, case: Case, index: int) -> bool:
        volume = case.volume
        there = 0 <= index < volume.shape[0] and bool(volume.decoded[index])
        known = self._pictures.get(index)
        return there and (known is None or known.about != self._about(index))

    def _submit(self, key: str, case: Case, indices: tuple[int, ...]) -> None:
        volume = case.volume
        spacing = volume.geometry.pixel_spacing_mm
        pixel_mm = USUAL_PIXEL_MM if spacing is None else (spacing[0] * spacing[1]) ** 0.5
        soft, known = (_SOFT_HU if volume.is_hu else _GREY), self._angle
        about = {index: self._about(index) for index in indices}
        made = self._ground

        def work(context: JobContext) -> None:
            from ichcore.masks.mirror_compare import MirrorGround, series_angle  # it brings scipy

            angle = known
            for index in indices:
                context.cancel.raise_if_cancelled()
                line = about[index]
                if line is None and angle is None:
                    angle = series_angle(volume.hu[volume.decoded], pixel_mm, soft_hu=soft)
                ground = made[1] if made is not None and made[0] == index else None
                ground = ground or MirrorGround.of(volume.hu[index], pixel_mm, line, soft)
                context.post((angle, index, ground, compared(ground, pixel_mm, angle or 0.0, line)))
                context.let_urgent_pass()

        def streamed(answer: tuple[float | None, int, MirrorGround, MirrorPicture]) -> None:
            if self._case is case:
                angle, index, ground, picture = answer
                self._angle = angle if self._angle is None else self._angle
                if key == SHOWN:
                    self._ground = (index, ground)
                self._take(index, picture)

        self._jobs.submit(
            "device",
            work,
            key=key,
            failed=self.failed.emit,
            streamed=streamed,
            done=lambda _: self._follow_hand(),
            urgent=key == SHOWN,
        )

    def _follow_hand(self) -> None:
        """A hand that holds the line may have gone on meanwhile."""
        if self._dragged is not None:
            self._compute()

    def _take(self, index: int, picture: MirrorPicture) -> None:
        if self._dragged is None and picture.about != self._about(index):
            self._request()  # of a line that the hand had on its way; the shown one must not jump back
            return
        self._pictures[index] = picture
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        if index == self._view.slice_index:
            self.changed.emit()
            if self._dragged is None:
                self._request()
