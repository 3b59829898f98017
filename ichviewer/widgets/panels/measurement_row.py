"""One row of the list of measurements: kind, name, reading, slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.icon_button import IconButton
from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.own_keys import claims

if TYPE_CHECKING:
    from ichviewer.documents.measurements import Measurement

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
    """One measurement; a click selects it, Delete takes it away."""

    chosen = Signal(int)
    """By its identifier, as all signals here."""
    renamed = Signal(int, str)
    deleted = Signal(int)

    def __init__(self, measurement: Measurement, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measurement = measurement
        self._current = self._selected = False
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
        self.name.installEventFilter(self)
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

    def mark(self, *, current: bool, selected: bool) -> None:
        """Whether it lies on the shown slice, and whether it is the selected one."""
        if (current, selected) != (self._current, self._selected):
            self._current, self._selected = current, selected
            self.update()

    @property
    def selected(self) -> bool:
        """Whether it is shown as the selected one."""
        return self._selected

    def _rename(self) -> None:
        if self.name.text() != self.measurement.name:
            self.renamed.emit(self.measurement.identifier, self.name.text())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        self.chosen.emit(self.measurement.identifier)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """A click into the name, to change it, chooses it as well."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self.chosen.emit(self.measurement.identifier)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses; Delete deletes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.name.hasFocus():
            self.chosen.emit(self.measurement.identifier)
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
        """A raised ground while it is on the shown slice or under the mouse, a frame while it is selected."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._current or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink().hover if self.underMouse() else ink().raised)
            painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        if self._selected:
            painter.setPen(QPen(ink().text, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self.hasFocus():
            paint_focus(painter, self.rect())
