"""Does the model see what the reader sees? Three probes of the shown slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.curves_probe import CurvesProbe
from ichviewer.widgets.panels.occlusion_probe import OcclusionProbe
from ichviewer.widgets.panels.sweep_probe import SweepProbe

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


class ProbesSection(Section):
    """The window sweep, the patch painted away, and the curves of the shown heat map."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Probes"), parent)
        self._workspace = workspace
        self._watched: Case | None = None
        self.sweep = SweepProbe(workspace, self.content)
        self.occlusion = OcclusionProbe(workspace, self.content)
        self.curves = CurvesProbe(workspace, self.content)
        self.body.setSpacing(18)
        for probe in (self.sweep, self.occlusion, self.curves):
            self.body.addWidget(probe)
        self._soon = Soon(self._refresh_seen, self)
        probes, view = workspace.inference.probes, workspace.view
        for signal in (
            probes.sweep.changed,
            probes.occlusion.changed,
            probes.curves.changed,
            workspace.busy_changed,
            workspace.settings.changed,
            workspace.models.shown_changed,
            view.slice_changed,
            view.overlay_changed,
            view.tool_changed,
        ):
            signal.connect(self._soon.request)
        view.window_changed.connect(self.sweep.show_window)
        workspace.case_changed.connect(self._case_changed)
        self._case_changed()

    def _case_changed(self) -> None:
        case = self._workspace.case
        follow_instead(
            self._watched, case, lambda one: (*answers_of(one), one.heatmaps_changed), self._soon.request
        )
        self._watched = case
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """The tab was opened: show what came meanwhile."""
        self.refresh()

    def _refresh_seen(self) -> None:
        # a step through the slices costs nothing here while another tab is open
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Show what the documents hold."""
        case = self._workspace.case
        self.setEnabled(case is not None)
        self.sweep.refresh()
        self.occlusion.refresh()
        self.curves.refresh()
