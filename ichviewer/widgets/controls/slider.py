"""A thin slider with a round handle, and the row of label, slider and number field that panels use."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ichviewer.widgets.controls.ink import blend, ink
from ichviewer.widgets.controls.number import NumberField

LABEL_WIDTH = 68
"""Width of the label column, the same in every row of every panel."""
HANDLE = 6.0


class ThinSlider(QAbstractSlider):
    """A horizontal slider: click anywhere to jump there, drag, arrows, Page keys, Home and End.

    ``centred`` fills from the middle, for values that have a neutral point.
    """

    def __init__(self, parent: QWidget | None = None, *, centred: bool = False) -> None:
        super().__init__(parent)
        self._centred = centred
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A row of 24 px."""
        return QSize(120, 24)

    def _position(self, value: float) -> float:
        span = max(1, self.maximum() - self.minimum())
        return HANDLE + (self.width() - 2 * HANDLE) * (value - self.minimum()) / span

    def _jump(self, event: QMouseEvent) -> None:
        share = (event.position().x() - HANDLE) / max(1.0, self.width() - 2 * HANDLE)
        span = self.maximum() - self.minimum()
        self.setValue(round(self.minimum() + min(1.0, max(0.0, share)) * span))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold, and go where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._jump(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self.isSliderDown():
            self._jump(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel, which scrolls, unless the slider has the keyboard."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Repaint whatever changed."""
        super().sliderChange(change)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Groove, filled part and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        middle = self.height() / 2.0
        here = self._position(self.value())
        start = self._position((self.minimum() + self.maximum()) / 2.0) if self._centred else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(QRectF(0, middle - 1.5, self.width(), 3), 1.5, 1.5)
        fill = blend(colours.muted, colours.text, 0.35) if self.isEnabled() else colours.line
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(min(start, here), middle - 1.5, abs(here - start), 3), 1.5, 1.5)
        if self._centred:
            painter.setBrush(colours.muted)
            painter.drawRect(QRectF(start - 0.5, middle - 5, 1, 10))
        painter.setPen(QPen(colours.panel, 2.0))
        painter.setBrush(colours.text if self.isEnabled() else colours.muted)
        painter.drawEllipse(QPointF(here, middle), HANDLE, HANDLE)
        if self.hasFocus():
            painter.setPen(QPen(colours.text, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(here, middle), HANDLE + 2.5, HANDLE + 2.5)


class LabelledSlider(QWidget):
    """Label, slider and number field on one value; the slider moves in steps, the field takes any value.

    Args:
        label: what it is.
        low: left end of the slider.
        high: right end.
        step: one step of slider and arrow keys.
        decimals: shown in the field.
        suffix: unit in the field.
        field_range: what may be typed; by default the slider's range.
        scale: what the field shows for a value of 1 (100 for per cent).
    """

    changed = Signal(float)
    """The reader moved the slider or typed a value; not sent by :meth:`set_value`."""

    def __init__(
        self,
        label: str,
        low: float,
        high: float,
        *,
        step: float = 1.0,
        decimals: int = 0,
        suffix: str = "",
        field_range: tuple[float, float] | None = None,
        scale: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._step, self._scale = step, scale
        self._value = low
        self.label = QLabel(label, self)
        self.label.setFixedWidth(LABEL_WIDTH)
        self.slider = ThinSlider(self)
        self.slider.setAccessibleName(label)
        self.field = NumberField(self)
        self.field.setAccessibleName(label)
        self.field.set_format(decimals=decimals, step=step * scale, suffix=suffix)
        self.label.setBuddy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self._field_range = field_range
        self.set_range(low, high)
        self.slider.valueChanged.connect(self._slid)
        self.field.edited.connect(self._typed)

    @property
    def value(self) -> float:
        """The value shown."""
        return self._value

    def set_range(self, low: float, high: float) -> None:
        """Move the slider's ends; nothing is sent."""
        self.slider.blockSignals(True)
        self.slider.setRange(round(low / self._step), round(high / self._step))
        self.slider.setPageStep(max(1, (self.slider.maximum() - self.slider.minimum()) // 10))
        self.slider.blockSignals(False)
        first, last = self._field_range or (low, high)
        self.field.set_range(first * self._scale, last * self._scale)

    def set_value(self, value: float) -> None:
        """Show a value; nothing is sent."""
        self._value = value
        self.slider.blockSignals(True)
        self.slider.setValue(round(value / self._step))
        self.slider.blockSignals(False)
        self.slider.update()
        self.field.set_quietly(value * self._scale)

    def _slid(self, steps: int) -> None:
        self._value = steps * self._step
        self.field.set_quietly(self._value * self._scale)
        self.changed.emit(self._value)

    def _typed(self, shown: float) -> None:
        self.set_value(shown / self._scale)
        self.changed.emit(self._value)
