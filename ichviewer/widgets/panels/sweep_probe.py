"""The window sweep of the shown slice, linked with the window of the image."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichviewer.documents.occlusion_flow import NOT_PREDICTED
from ichviewer.documents.window_sweep_flow import SweepAxis
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.probe_head import ProbeHead
from ichviewer.widgets.panels.sweep_plot import SweepPlot
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.workspace import Workspace


WORDS_MS = 60
"""Words that change lay the panel out anew, which a drag of the window must not wait for."""


class SweepProbe(QWidget):
    """Plot, its axis, and in words what stands at the marker."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._flow = workspace.inference.probes.sweep
        self._pointed: float | None = None
        self._words = Soon(self._say, self, delay_ms=WORDS_MS)
        self.axes = {
            SweepAxis.LEVEL: Chip(self.tr("Level"), "", self),
            SweepAxis.WIDTH: Chip(self.tr("Width"), "", self),
        }
        self.plot = SweepPlot(self)
        self.reading = wrapped("small", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(ProbeHead(self.tr("Window sweep"), list(self.axes.values()), self))
        column.addWidget(self.plot)
        column.addWidget(self.reading)
        for axis, chip in self.axes.items():
            chip.setCheckable(True)
            chip.setAccessibleName(self.tr("Sweep the {axis}").format(axis=chip.text().lower()))
            chip.clicked.connect(lambda _=False, axis=axis: self._choose_axis(axis))
        self.plot.seen.connect(self._flow.set_wanted)
        self.plot.chosen.connect(self._show_through)
        self.plot.pointed.connect(self._point)

    def refresh(self) -> None:
        """Show the flow's curve, or say why there is none."""
        flow, case = self._flow, self._workspace.case
        for axis, chip in self.axes.items():
            chip.setChecked(axis is flow.axis)
        shown = flow.shown
        thresholds = np.full(len(HEMORRHAGE_CLASSES), np.nan, np.float32)
        if case is not None:
            thresholds = case.thresholds
        self.plot.show_sweep(flow.axis, None if shown is None else shown[1], thresholds)
        self._mark()
        self._say()

    def show_window(self) -> None:
        """Mark the window that the image is shown through now, as it is dragged."""
        if self.isVisible():
            self._mark()
            self._words.request()

    def _mark(self) -> None:
        window = self._workspace.view.window
        level = self._flow.axis is SweepAxis.LEVEL
        self.plot.show_value(window.center if level else window.width)

    def _choose_axis(self, axis: SweepAxis) -> None:
        self._flow.set_axis(axis)
        self.refresh()

    def _show_through(self, value: float) -> None:
        window = replace(self._workspace.view.window, name="")
        if self._flow.axis is SweepAxis.LEVEL:
            window = replace(window, center=value)
        else:
            window = replace(window, width=max(1.0, value))
        self._workspace.view.set_window(window)

    def _point(self, value: float | None) -> None:
        self._pointed = value
        self._say()

    def _say(self) -> None:
        """The probabilities under the mouse, else at the image's window; or why there are none."""
        shown = self._flow.shown
        if shown is None or self.plot.empty:
            self.reading.setText(self._why_empty())
            return
        subject, _ = shown
        window = self._workspace.view.window
        level = subject.axis is SweepAxis.LEVEL
        here = (window.center if level else window.width) if self._pointed is None else self._pointed
        low, high = (0.0, 100.0) if level else (10.0, 400.0)
        fixed = f"{subject.fixed:.0f}"
        if level:
            at = self.tr("Level {value:.0f}, width {fixed}").format(value=here, fixed=fixed)
        else:
            at = self.tr("Width {value:.0f}, level {fixed}").format(value=here, fixed=fixed)
        if not low <= here <= high:
            self.reading.setText(self.tr("{window} lies beyond the path.").format(window=at))
            return
        said = self.plot.at(here)
        lines = self.plot.lines()
        words = "  ".join(f"{HEMORRHAGE_CLASSES[c].short}\u00a0{said[c]:.2f}" for c in lines)
        quiet = [
            HEMORRHAGE_CLASSES[c].short for c in range(len(said)) if c not in lines and not np.isnan(said[c])
        ]
        text = f"{at}:  {words}" if words else at
        if quiet:
            text += "\n" + self.tr("Below 0.10 throughout: {names}").format(names=", ".join(quiet))
        self.reading.setText(text)

    def _why_empty(self) -> str:
        if self._workspace.case is None:
            return ""
        if not self._flow.possible:
            return self.tr(NOT_PREDICTED)
        if self._workspace.inference.busy is not None:
            return self.tr("Comes when the prediction is through.")
        return self.tr("Asking the model about this slice through 21 windows …")
