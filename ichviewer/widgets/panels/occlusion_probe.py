"""A patch painted away, and what became of the probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ichviewer.actions.bindings import first_key
from ichviewer.documents.occlusion_flow import BRUSH_MM, NOT_PREDICTED
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.slider import LabelledSlider
from ichviewer.widgets.panels.change_plot import Change, ChangePlot
from ichviewer.widgets.panels.probe_head import ProbeHead
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.workspace import Workspace


class OcclusionProbe(QWidget):
    """The tool, its brush, and a row a class from before to after."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._flow = workspace.inference.probes.occlusion
        self.paint = Chip(self.tr("Paint away"), "", self)
        self.clear = Chip(self.tr("Clear"), "", self)
        self.brush = LabelledSlider(self.tr("Brush"), *BRUSH_MM, step=1.0, suffix=" mm", parent=self)
        self.plot = ChangePlot(self)
        self.note = wrapped("small", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(ProbeHead(self.tr("Occlusion"), (self.paint, self.clear), self))
        column.addWidget(self.brush)
        column.addWidget(self.plot)
        column.addWidget(self.note)
        self.paint.setCheckable(True)
        self.paint.clicked.connect(self._toggle)
        self.clear.clicked.connect(self._flow.clear)
        self.brush.changed.connect(self._flow.set_brush)

    def refresh(self) -> None:
        """Show the flow's patch, or say how one is made."""
        flow = self._flow
        self.paint.set_key(first_key("tool.occlude", self._workspace.settings.preferences.key_bindings))
        self.paint.setChecked(self._workspace.view.tool is Tool.OCCLUDE)
        self.clear.setEnabled(bool(flow.strokes))
        self.brush.set_value(flow.brush_mm)
        changes = self._changes()
        self.plot.show_changes(changes)
        self.plot.setVisible(bool(changes))
        self.note.setText(self._words())

    def _toggle(self) -> None:
        view = self._workspace.view
        view.set_tool(Tool.WINDOW if view.tool is Tool.OCCLUDE else Tool.OCCLUDE)
        self.refresh()

    def _changes(self) -> list[Change]:
        """``any`` and the classes flagged before or after; before only, while the model is asked anew."""
        case, flow = self._workspace.case, self._flow
        if case is None or not flow.strokes or case.prediction is None:
            return []
        answer, thresholds = flow.answer, case.thresholds
        before = case.prediction.probabilities[self._workspace.view.slice_index]
        after = None
        if answer is not None:
            before, after = answer.before, answer.after
        with np.errstate(invalid="ignore"):
            flagged = before >= thresholds
            if after is not None:
                flagged |= after >= thresholds
        flagged[0] = True
        return [
            Change(
                int(c),
                float(before[c]),
                None if after is None or flow.waiting else float(after[c]),
                float(thresholds[c]),
            )
            for c in np.flatnonzero(flagged & ~np.isnan(before))
        ]

    def _words(self) -> str:
        case, flow = self._workspace.case, self._flow
        if case is None:
            return ""
        if not flow.strokes:
            index = self._workspace.view.slice_index
            if case.prediction is None or not case.prediction.done[index]:
                return self.tr(NOT_PREDICTED)
            return self.tr("Paint over the image with the left button; strokes add up.")
        return self.tr(
            "The patch holds a blur of what lies around it; bone stays. Open circle: before. Full: after. "
            "Neighbouring slices, where the model hears them, stay as they are."
        )
