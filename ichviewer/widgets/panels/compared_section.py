"""The models that are compared: a letter each, what it says of the series; a click shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichcore.predict.disagreement import disagreement
from ichcore.subtypes import CLASSES
from ichviewer.actions.bindings import first_key
from ichviewer.documents.model_letters import model_letters
from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.model_words import readable
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

HEIGHT = 26
BADGE = 18


class ComparedRow(PaintedButton):
    """Letter, name, and the series' probability of any hemorrhage, or how far the model is."""

    def __init__(self, letter: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(readable(name), parent)
        self.name, self.letter = name, letter
        self._said, self._is_shown = "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(name)

    def show_state(self, said: str, *, is_shown: bool) -> None:
        """Take what stands at the right end, and whether this is the model on screen."""
        if (said, is_shown) != (self._said, self._is_shown):
            self._said, self._is_shown = said, is_shown
            self.setAccessibleName(f"{self.letter}, {self.text()}, {said}")
            self.update()

    @property
    def said(self) -> str:
        """What stands at the right end."""
        return self._said

    @property
    def is_shown(self) -> bool:
        """Whether this model is on screen."""
        return self._is_shown

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(280, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The letter in a frame, filled for the model that is shown."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        badge = QRectF(0.5, (HEIGHT - BADGE) / 2 + 0.5, BADGE - 1, BADGE - 1)
        painter.setPen(colours.muted if self.hovered or self._is_shown else colours.strong_line)
        painter.setBrush(colours.muted if self._is_shown else colours.panel)
        painter.drawRoundedRect(badge, 4, 4)
        painter.setFont(sized(self.font(), 11, weight=QFont.Weight.DemiBold))
        painter.setPen(colours.ground if self._is_shown else colours.muted)
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), self.letter)
        weight = QFont.Weight.DemiBold if self._is_shown else QFont.Weight.Normal
        painter.setFont(sized(self.font(), 13))
        painter.setPen(colours.muted)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), int(middle | Qt.AlignmentFlag.AlignRight), self._said)
        taken = painter.fontMetrics().horizontalAdvance(self._said) + 12
        painter.setFont(sized(self.font(), 13, weight=weight))
        painter.setPen(colours.text if self.hovered or self._is_shown else colours.muted)
        area = self.rect().adjusted(BADGE + 10, 0, -taken, 0)
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignLeft), name)
        if self.hasFocus():
            paint_focus(painter, QRectF(self.rect()).adjusted(-1, 1, 1, -1))


class ComparedSection(Section):
    """There only while several models are ticked."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Models"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.rows: list[ComparedRow] = []
        self.body.setSpacing(0)
        self.summary = wrapped("small", self.content)
        self.summary.setContentsMargins(0, 6, 0, 0)
        self.body.addWidget(self.summary)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.models.changed.connect(self._soon.request)
        workspace.models.shown_changed.connect(self._soon.request)
        workspace.busy_changed.connect(self._soon.request)
        workspace.case_changed.connect(self._take_case)
        self._take_case()

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            for signal in (
                self._case.prediction_changed,
                self._case.other_prediction_changed,
                self._case.thresholds_changed,
            ):
                signal.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show which models are compared and what each says."""
        workspace = self._workspace
        letters = model_letters(workspace.models.ticked)
        self.setVisible(bool(letters))
        if [row.name for row in self.rows] != list(letters):
            self._rebuild(letters)
        for row in self.rows:
            row.show_state(self._said(row.name), is_shown=row.name == workspace.models.shown)
        key = first_key("model.next", workspace.settings.preferences.key_bindings)
        self.set_aside(self.tr("{key} shows the next").format(key=key) if key else "")
        self.summary.setText(self._differing(tuple(letters)))

    def _rebuild(self, letters: dict[str, str]) -> None:
        for row in self.rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for number, (name, letter) in enumerate(letters.items()):
            row = ComparedRow(letter, name, self.content)
            row.clicked.connect(lambda _=False, name=name: self._workspace.models.choose(name))
            self.body.insertWidget(number, row)
            self.rows.append(row)

    def _said(self, name: str) -> str:
        """The series' probability of any hemorrhage; how far the model is while it runs."""
        workspace = self._workspace
        prediction = None if self._case is None else self._case.predictions.said.get(name)
        busy = workspace.busy
        if workspace.inference.running_model == name and busy is not None:
            return f"{busy.done} / {busy.total}" if busy.total else self.tr("loading")
        if prediction is None or np.isnan(prediction.series_probabilities[0]):
            return self.tr("waits") if workspace.inference.running_model else self.tr("not run")
        return self.tr("any {value:.2f}").format(value=prediction.series_probabilities[0])

    def _differing(self, names: tuple[str, ...]) -> str:
        """On how many slices the flags differ, and where the models are farthest apart."""
        case = self._case
        if case is None:
            return ""
        said = case.predictions.said
        there = [name for name in names if name in said]
        found = disagreement([said[name] for name in there], [case.predictions.flags(name) for name in there])
        if found is None or np.isnan(found.spread).all():
            return self.tr("Their differences stand here once two have spoken.")
        widest = int(np.nanargmax(found.spread))
        return self.tr(
            "Flags differ on {count} of {slices} slices; farthest apart on slice {slice}, by {spread:.2f} "
            "in {name}."
        ).format(
            count=int(found.split.sum()),
            slices=found.split.size,
            slice=widest + 1,
            spread=found.spread[widest],
            name=CLASSES[int(found.class_index[widest])],
        )
