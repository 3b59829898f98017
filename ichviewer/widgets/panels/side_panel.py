"""The right panel: tabs Read, Explain, Mask and Export, each scrolling by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.steady_scroll import SteadyScrollArea
from ichviewer.widgets.controls.tabs import Tabs
from ichviewer.widgets.panels.blend_section import BlendSection
from ichviewer.widgets.panels.blood_section import BloodSection
from ichviewer.widgets.panels.chain_section import ChainSection
from ichviewer.widgets.panels.compared_section import ComparedSection
from ichviewer.widgets.panels.comparison_section import ComparisonSection
from ichviewer.widgets.panels.differences_section import DifferencesSection
from ichviewer.widgets.panels.edit_section import EditSection
from ichviewer.widgets.panels.export_tab import ExportTab
from ichviewer.widgets.panels.flagged_section import FlaggedSection
from ichviewer.widgets.panels.label_files_section import LabelFilesSection
from ichviewer.widgets.panels.mask_section import MaskSection
from ichviewer.widgets.panels.measurements_section import MeasurementsSection
from ichviewer.widgets.panels.model_section import ModelSection
from ichviewer.widgets.panels.overlay_section import OverlaySection
from ichviewer.widgets.panels.passport_section import PassportSection
from ichviewer.widgets.panels.probes_section import ProbesSection
from ichviewer.widgets.panels.rating_section import RatingSection
from ichviewer.widgets.panels.read_section import ReadSection
from ichviewer.widgets.panels.readers_section import ReadersSection
from ichviewer.widgets.panels.retraining_section import RetrainingSection
from ichviewer.widgets.panels.scope_section import ScopeSection
from ichviewer.widgets.panels.series_section import SeriesSection
from ichviewer.widgets.panels.slice_section import SliceSection
from ichviewer.widgets.panels.stages_section import StagesSection
from ichviewer.widgets.panels.steps_section import StepsSection
from ichviewer.widgets.panels.study_section import StudySection
from ichviewer.widgets.panels.window_section import WindowSection

if TYPE_CHECKING:
    from ichviewer.documents.workspace import Workspace

WIDTH = 352
MASK_PAGE = 2


class SidePanel(QWidget):
    """What the reader reads, asks and takes away."""

    action_requested = Signal(str)
    """Identifier of an action in the table, which the main window runs."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._mask_shown = False
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.tabs = Tabs((self.tr("Read"), self.tr("Explain"), self.tr("Mask"), self.tr("Export")), self)
        self.scope_section = ScopeSection(workspace)
        self.compared_section = ComparedSection(workspace)
        self.slice_section = SliceSection(workspace)
        self.blend_section = BlendSection(workspace)
        self.series_section = SeriesSection(workspace)
        self.study_section = StudySection(workspace)
        self.read_section = ReadSection(workspace)
        self.readers_section = ReadersSection(workspace)
        self.differences_section = DifferencesSection(workspace)
        self.stages_section = StagesSection(workspace)
        self.flagged_section = FlaggedSection(workspace)
        self.window_section = WindowSection(workspace)
        self.measurements_section = MeasurementsSection(workspace)
        self.overlay_section = OverlaySection(workspace)
        self.probes_section = ProbesSection(workspace)
        self.rating_section = RatingSection(workspace)
        self.comparison_section = ComparisonSection(workspace)
        self.passport_section = PassportSection(workspace)
        self.model_section = ModelSection(workspace)
        self.edit_section = EditSection(workspace)
        self.steps_section = StepsSection(workspace)
        self.mask_section = MaskSection(workspace)
        self.chain_section = ChainSection(workspace)
        self.blood_section = BloodSection(workspace)
        self.labels_section = LabelFilesSection(workspace)
        self.export_tab = ExportTab(workspace)
        self.retraining_section = RetrainingSection(workspace.retraining, lambda: workspace.models.card)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(
            _scrolling(
                self.scope_section,
                self.compared_section,
                self.slice_section,
                self.differences_section,
                self.blend_section,
                self.series_section,
                self.study_section,
                self.read_section,
                self.readers_section,
                self.stages_section,
                self.window_section,
                self.flagged_section,
                self.measurements_section,
            )
        )
        self.pages.addWidget(
            _scrolling(
                self.overlay_section,
                self.comparison_section,
                self.rating_section,
                self.probes_section,
                self.passport_section,
                self.model_section,
            )
        )
        self.pages.addWidget(
            _scrolling(
                self.edit_section,
                self.steps_section,
                self.mask_section,
                self.chain_section,
                self.blood_section,
            )
        )
        self.pages.addWidget(_scrolling(self.labels_section, self.export_tab, self.retraining_section))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.pages, 1)
        self.tabs.chosen.connect(self.pages.setCurrentIndex)
        self.tabs.chosen.connect(self._mask_wanted)
        for asking in (
            self.edit_section,
            self.slice_section,
            self.study_section,
            self.read_section,
            self.differences_section,
            self.stages_section,
            self.retraining_section,
            self.rating_section,
            self.scope_section,
            self.comparison_section,
            self.model_section,
            self.export_tab,
            self.labels_section,
        ):
            asking.action_requested.connect(self.action_requested)

    @property
    def include_patient_text(self) -> bool:
        """Whether the reader asked for patient text in pictures and films (off for every new case)."""
        return self.export_tab.include_patient_text

    def show_tab(self, name: str) -> None:
        """Open ``read``, ``explain``, ``mask`` or ``export``."""
        self.tabs.choose(("read", "explain", "mask", "export").index(name))

    def _mask_wanted(self, page: int) -> None:
        """Whoever opens the Mask tab wants to see the mask; once, so that it can be hidden there."""
        masks = self._workspace.inference.masks
        if page == MASK_PAGE and self._workspace.case is not None and not self._mask_shown:
            self._mask_shown = True
            masks.change(visible=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line towards the image."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), ink().panel)
        painter.fillRect(0, 0, 1, self.height(), ink().line)


def _scrolling(*sections: QWidget) -> SteadyScrollArea:
    """Sections one under the other in an area that scrolls up and down only."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for section in sections:
        column.addWidget(section)
    column.addStretch(1)
    area = SteadyScrollArea()
    area.setWidget(inner)
    return area
