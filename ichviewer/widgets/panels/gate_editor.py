"""The range of HU that tools are held to, over the histogram of the shown slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ichviewer.base.timers import single_shot
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.number import NumberField
from ichviewer.widgets.controls.range_plot import RangePlot
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.histogram import histogram
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from ichviewer.documents.workspace import Workspace

AXIS, TICKS = (-50.0, 150.0), (-50.0, 0.0, 50.0, 100.0, 150.0)
"""HU of fat to those of dense blood and of calcium's rim."""
FIELD_RANGE = (-1024.0, 3071.0)
SETTLE_MS = 60
"""The slice's HU are counted once the reader rests on it."""


class GateEditor(QWidget):
    """Histogram with the range, its ends as numbers, where to take it from, and whether it is inverted."""

    action_requested = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._annotating = workspace, workspace.annotating
        self.plot = RangePlot(AXIS, TICKS, self)
        self.plot.setAccessibleName(self.tr("Range of HU over the slice's histogram"))
        self.plot.setAccessibleDescription(
            self.tr("Left and Right move an end, with Shift by 10; Down takes the lower end, Up the upper")
        )
        self.plot.setToolTip(self.tr("Drag an end of the range, or the range itself"))
        self.low, self.high = self._field(self.tr("From HU")), self._field(self.tr("To HU"))
        self.from_tip = Chip(self.tr("the tip"), "", self)
        self.from_mask = Chip(self.tr("the mask"), "", self)
        self.inverted = Switch(self.tr("Outside the range instead"), self)
        self._place()
        self._counting = single_shot(self, self._count, SETTLE_MS)
        self._connect()
        self.refresh()

    def _field(self, name: str) -> NumberField:
        field = NumberField(self)
        field.setAccessibleName(name)
        field.set_format(decimals=0, step=1.0)
        field.set_range(*FIELD_RANGE)
        field.setFixedWidth(52)
        return field

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.plot)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.low)
        row.addWidget(QLabel("\u2013", self))
        row.addWidget(self.high)
        row.addWidget(QLabel(self.tr("HU"), self))
        row.addStretch(1)
        row.addWidget(wrapped("small", self, self.tr("from")))
        row.addWidget(self.from_tip)
        row.addWidget(self.from_mask)
        column.addLayout(row)
        column.addWidget(self.inverted)

    def _connect(self) -> None:
        change, workspace = self._annotating.change, self._workspace
        self.plot.moved.connect(lambda low, high: change(low_hu=low, high_hu=high))
        self.low.edited.connect(self._typed_low)
        self.high.edited.connect(self._typed_high)
        self.inverted.toggled.connect(lambda on: change(inverted=on))
        self.from_tip.clicked.connect(lambda: self.action_requested.emit("mask.gate_from_tip"))
        self.from_mask.clicked.connect(lambda: self.action_requested.emit("mask.gate_from_mask"))
        for signal in (workspace.view.slice_changed, workspace.case_changed):
            signal.connect(lambda *_: self._counting.start())

    def _typed_low(self, value: float) -> None:
        self._annotating.change(low_hu=value, high_hu=max(value, self._annotating.settings.high_hu))

    def _typed_high(self, value: float) -> None:
        self._annotating.change(low_hu=min(value, self._annotating.settings.low_hu), high_hu=value)

    def refresh(self) -> None:
        """Show the settings."""
        settings = self._annotating.settings
        low, high = sorted((settings.low_hu, settings.high_hu))
        self.plot.show_range(low, high, inverted=settings.inverted)
        self.low.set_quietly(low)
        self.high.set_quietly(high)
        self.inverted.set_quietly(settings.inverted)

    def showEvent(self, event: QShowEvent) -> None:
        """What was not counted while nobody saw it is counted now."""
        super().showEvent(event)
        self._counting.start()

    def _count(self) -> None:
        """The soft tissue of the shown slice."""
        case, index = self._workspace.case, self._workspace.view.slice_index
        if not self.isVisible():
            return
        volume = None if case is None else case.volume
        if volume is None or not volume.decoded[index]:
            self.plot.show_heights(np.zeros(0))
            return
        self.plot.show_heights(histogram(volume.hu[index], *AXIS, is_hu=volume.is_hu))
