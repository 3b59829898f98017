"""Deletion and insertion by the shown heat map, measured on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ichcore.explain.method import TITLES
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES
from ichviewer.documents.occlusion_flow import NOT_PREDICTED
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.ink import class_colour
from ichviewer.widgets.panels.curves_plot import CurvesPlot
from ichviewer.widgets.panels.probe_head import ProbeHead
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichcore.explain.heatmap import Heatmap
    from ichviewer.documents.workspace import Workspace


class CurvesProbe(QWidget):
    """A button, then both curves with their areas and how to read them."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._flow = workspace.inference.probes.curves
        self.measure = Chip(self.tr("Measure"), "", self)
        self.measure.setAccessibleName(self.tr("Measure deletion and insertion"))
        self.plot = CurvesPlot(self)
        self.note = wrapped("small", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(ProbeHead(self.tr("Deletion and insertion"), (self.measure,), self))
        column.addWidget(self.plot)
        column.addWidget(self.note)
        self.measure.clicked.connect(self._flow.measure)

    def refresh(self) -> None:
        """Show the curves, how far they are, or what would be measured."""
        measured, (done, total) = self._flow.measured, self._flow.steps
        self.plot.setVisible(measured is not None)
        if measured is not None:
            heatmap, curves = measured
            self.plot.show_curves(curves, class_colour(CLASSES.index(heatmap.class_name)))
            words = self.tr(
                "{map}: area under deletion {deletion:.2f} (less is better), under insertion "
                "{insertion:.2f} (more is better). A good map makes the probability fall as soon as its "
                "brightest pixels go, and brings it back with them alone."
            ).format(map=_name(heatmap), deletion=curves.deletion_area, insertion=curves.insertion_area)
            self.measure.setEnabled(True)
        elif total:
            words = self.tr("Looking {done} of {total} …").format(done=done, total=max(total, 30))
            self.measure.setEnabled(False)
        else:
            subject = self._flow.subject
            self.measure.setEnabled(subject is not None)
            words = (
                self._why_not()
                if subject is None
                else self.tr(
                    "Deletes, then inserts, pixels in the order of {map}, and asks the model 30 times."
                ).format(map=_name(subject))
            )
        self.note.setText(words)

    def _why_not(self) -> str:
        case, view = self._workspace.case, self._workspace.view
        if case is None:
            return ""
        if case.prediction is None or not case.prediction.done[view.slice_index]:
            return self.tr(NOT_PREDICTED)
        if not view.overlay.visible:
            return self.tr("The overlay is off, so no heat map is shown that could be measured.")
        chosen = view.overlay.class_name
        if chosen is not None and not case.flags()[view.slice_index, CLASSES.index(chosen)]:
            return self.tr("{name} is not predicted on this slice, so there is no map to measure.").format(
                name=chosen
            )
        if not case.flags()[view.slice_index].any():
            return self.tr("Nothing is predicted on this slice, so there is no map to measure.")
        return self.tr("The heat map is still to come.")


def _name(heatmap: Heatmap) -> str:
    """Such as ``SF-CAM of IPH``."""
    title = TITLES.get(heatmap.method, heatmap.method)
    return f"{title} · {HEMORRHAGE_CLASSES[CLASSES.index(heatmap.class_name)].short}"
