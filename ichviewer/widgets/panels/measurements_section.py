"""Everything the reader measured: name, reading, slice; click to go there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ichviewer.actions.bindings import keys_of, shown
from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.documents.measurements import reading
from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.icon_button import IconButton
from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.controls.own_keys import claims
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.measurements import Measurement
    from ichviewer.documents.workspace import Workspace


TOOLS = ("tool.distance", "tool.angle", "tool.ellipse")
ROW_KEYS = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class KindIcon(QWidget):
    """A small drawing of a distance, angle, ellipse or rectangle."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setFixedSize(QSize(16, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Thin lines, as on the image."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink().text, 1.3, c=Qt.PenCapStyle.RoundCap))
        if self._kind == "distance":
            painter.drawLine(QPointF(3, 13), QPointF(13, 3))
            painter.drawLine(QPointF(1, 11), QPointF(5, 15))
            painter.drawLine(QPointF(11, 1), QPointF(15, 5))
        elif self._kind == "angle":
            painter.drawLine(QPointF(2, 13), QPointF(14, 13))
            painter.drawLine(QPointF(2, 13), QPointF(11, 3))
            painter.drawArc(QRectF(-5, 6, 14, 14), 0, 47 * 16)
        elif self._kind == "ellipse":
            painter.drawEllipse(QRectF(1.5, 3.5, 13, 9))
        else:
            painter.drawRect(QRectF(2.5, 3.5, 11, 9))


class MeasurementRow(QWidget):
    """One measurement; a click goes to its slice, Delete takes it away."""

    visited = Signal(int)
    renamed = Signal(int, str)
    deleted = Signal(int)

    def __init__(self, measurement: Measurement, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measurement = measurement
        self._current = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.name = QLineEdit(measurement.name, self)
        self.name.setProperty("role", "inline")
        self.name.setPlaceholderText(measurement.kind.capitalize())
        self.name.setAccessibleName(self.tr("Name of the measurement"))
        self.name.setFrame(False)
        self.name.setStyleSheet(
            "QLineEdit { background: transparent; border: 0; padding: 0; min-height: 18px; }"
        )
        self.reading = QLabel(self)
        self.reading.setProperty("role", "small")
        self.reading.setContentsMargins(2, 0, 0, 0)  # where a line edit starts its text
        self.reading.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.place = QLabel(self.tr("slice {number}").format(number=measurement.slice_index + 1), self)
        self.place.setProperty("role", "small")
        self.delete = IconButton("close", self.tr("Delete"), self)
        self._lay_out()
        self.name.editingFinished.connect(self._rename)
        self.delete.clicked.connect(lambda: self.deleted.emit(self.measurement.identifier))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name, 1)
        top.addWidget(self.place)
        words.addLayout(top)
        words.addWidget(self.reading)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 4, 6)
        row.setSpacing(10)
        row.addWidget(KindIcon(self.measurement.kind, self), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.delete, 0, Qt.AlignmentFlag.AlignTop)

    def show_measurement(self, measurement: Measurement, text: str) -> None:
        """Take the measurement as it is now, leaving a name that is being typed alone."""
        self.measurement = measurement
        self.reading.setText(text)
        self.place.setText(self.tr("slice {number}").format(number=measurement.slice_index + 1))
        if not self.name.hasFocus():
            self.name.setText(measurement.name)

    def mark_current(self, current: bool) -> None:
        """Whether it lies on the shown slice."""
        if current != self._current:
            self._current = current
            self.update()

    def _rename(self) -> None:
        if self.name.text() != self.measurement.name:
            self.renamed.emit(self.measurement.identifier, self.name.text())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to its slice."""
        self.visited.emit(self.measurement.slice_index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there; Delete deletes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.name.hasFocus():
            self.visited.emit(self.measurement.slice_index)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self.name.hasFocus():
            self.deleted.emit(self.measurement.identifier)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Hovering is shown; Delete and Enter are its own."""
        if claims(event, ROW_KEYS):
            return True
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised ground while it is on the shown slice or under the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._current or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink().hover if self.underMouse() else ink().raised)
            painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        if self.hasFocus():
            paint_focus(painter, self.rect())


class MeasurementsSection(Section):
    """The list of measurements of the open case."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Measurements"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.rows: list[MeasurementRow] = []
        self.body.setSpacing(2)
        self._none = QLabel(self.content)
        self._none.setProperty("role", "small")
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self._list.setContentsMargins(-8, 0, -4, 0)
        self.copy = Link(self.tr("Copy all"), self.content)
        self.copy.clicked.connect(self._copy)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.copy)
        self.body.addWidget(self._none)
        self.body.addLayout(self._list)
        self.body.addLayout(foot)
        self._soon = Soon(self.refresh, self)
        workspace.case_changed.connect(self._take_case)
        workspace.view.slice_changed.connect(self._mark)
        workspace.settings.changed.connect(self._show_keys)
        self._show_keys()
        self._take_case()

    def _show_keys(self, name: str = "key_bindings") -> None:
        """Name the tools and their keys, for as long as nothing is measured."""
        if name == "key_bindings":
            own = self._workspace.settings.preferences.key_bindings
            hints = []
            for identifier in TOOLS:
                keys = keys_of(identifier, own)
                text = QCoreApplication.translate("actions", BY_IDENTIFIER[identifier].text)
                hints.append(f"{text} {shown(keys[0])}" if keys else text)
            self._none.setText(" · ".join(hints))

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.measurements_changed.connect(self._soon.request)
            self._case.volume_completed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """List them as they are now; a row whose measurement merely changed stays, with its focus."""
        case = self._case
        there = case.measurements if case is not None else ()
        if [m.identifier for m in there] != [row.measurement.identifier for row in self.rows]:
            self._rebuild(there)
        if case is not None:
            for row, measurement in zip(self.rows, there, strict=True):
                row.show_measurement(measurement, reading(case.volume, measurement))
        self._none.setVisible(not self.rows)
        self.copy.setVisible(bool(self.rows))
        self.set_aside(str(len(self.rows)) if self.rows else "")
        self._mark()

    def _rebuild(self, measurements: tuple[Measurement, ...]) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for measurement in measurements:
            row = MeasurementRow(measurement, self.content)
            row.visited.connect(self._workspace.view.go_to_slice)
            row.renamed.connect(self._rename)
            row.deleted.connect(self._delete)
            self._list.addWidget(row)
            self.rows.append(row)

    def _delete(self, identifier: int) -> None:
        if self._case is not None:
            self._case.remove_measurement(identifier)

    def _mark(self) -> None:
        for row in self.rows:
            row.mark_current(row.measurement.slice_index == self._workspace.view.slice_index)

    def _rename(self, identifier: int, name: str) -> None:
        if self._case is not None:
            for measurement in self._case.measurements:
                if measurement.identifier == identifier:
                    self._case.put_measurement(replace(measurement, name=name))

    def as_text(self) -> str:
        """One line a measurement, tabs between kind, name, reading and slice; no patient text."""
        return "\n".join(
            "\t".join(
                (
                    row.measurement.kind,
                    row.measurement.name,
                    row.reading.text(),
                    str(row.measurement.slice_index + 1),
                )
            )
            for row in self.rows
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.as_text())
