"""One class of one slice: dot, name, probability bar with its threshold, value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ichcore.subtypes import CLASSES
from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, class_colour, ink, sized
from ichviewer.widgets.controls.own_keys import SIDEWAYS, claims

LINE, SECOND_LINE = 24, 15
"""Height of a row, and of what compared models say below it, px."""
VALUE_WIDTH = 36
REACH = 7.0
"""How near the threshold's tick the mouse takes hold of it, px."""
STEP = 0.01


@dataclass(frozen=True)
class OtherValue:
    """What another model says of the same class and slice.

    Attributes:
        letter: by which the model is told apart.
        probability: NaN where it is not done, or does not predict the class.
        flagged: whether it reaches that model's threshold.
    """

    letter: str
    probability: float
    flagged: bool

    @property
    def text(self) -> str:
        """Letter and value."""
        return f"{self.letter} –" if math.isnan(self.probability) else f"{self.letter} {self.probability:.2f}"


class ProbabilityRow(QWidget):
    """Shows one probability; its threshold can be dragged, or moved with the arrow keys."""

    threshold_moved = Signal(float)
    """The reader put the operating point here, 0.01 to 0.99."""

    def __init__(self, class_index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.class_index = class_index
        self._probability = math.nan
        self._threshold = math.nan
        self._predicted = True
        self._explanation = ""
        self._alone = math.nan
        self._others: tuple[OtherValue, ...] = ()
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(CLASSES[class_index])

    def show_values(
        self,
        probability: float,
        threshold: float,
        *,
        predicted: bool,
        explanation: str,
        alone: float = math.nan,
        others: tuple[OtherValue, ...] = (),
    ) -> None:
        """Take new values.

        Args:
            probability: NaN while the slice is not done.
            threshold: NaN where there is none.
            predicted: whether the model speaks of this class at all.
            explanation: where the threshold comes from, for the tooltip.
            alone: what the model says of the slice by itself, where it heard the neighbours too; else NaN.
            others: what compared models say; a second line where there are any.
        """
        now = (probability, threshold, predicted, explanation, alone, others)
        was = (self._probability, self._threshold, self._predicted, self._explanation, self._alone)
        # NaN differs from itself; a row too many is painted then, never one too few
        if now != (*was, self._others):
            taller = bool(others) != bool(self._others)
            self._probability, self._threshold, self._predicted, self._explanation = now[:4]
            self._alone, self._others = alone, others
            self.setAccessibleDescription(self.said)
            if taller:
                self.updateGeometry()
            self.update()

    @property
    def said(self) -> str:
        """Everything that stands in the row, for a screen reader."""
        parts = [self.value_text, *(other.text for other in self._others)]
        if not math.isnan(self._alone):
            parts.insert(1, self.tr("by itself {value:.2f}").format(value=self._alone))
        return ", ".join(parts)

    @property
    def flagged(self) -> bool:
        """Whether the probability reaches the threshold."""
        return self._probability >= self._threshold

    @property
    def value_text(self) -> str:
        """What stands at the right end: two decimals, ``–`` while not done, or that it is not predicted."""
        if not self._predicted:
            return self.tr("not predicted")
        return "–" if math.isnan(self._probability) else f"{self._probability:.2f}"

    def sizeHint(self) -> QSize:
        """One line, or two where models are compared."""
        return QSize(280, LINE + (SECOND_LINE if self._others else 0))

    # geometry

    def bar(self) -> QRectF:
        """Where probability 0 to 1 is drawn."""
        left = name_width(sized(self.font(), 13, weight=QFont.Weight.DemiBold).key())
        return QRectF(left, LINE / 2 - 3, self.width() - left - VALUE_WIDTH - 4, 6)

    def x_of(self, value: float) -> float:
        """Where on the row a probability lies, px from its left side."""
        bar = self.bar()
        return bar.left() + bar.width() * value

    def _near_tick(self, x: float) -> bool:
        return not math.isnan(self._threshold) and abs(x - self.x_of(self._threshold)) <= REACH

    def _drag_to(self, x: float) -> None:
        bar = self.bar()
        self._move_to(round((x - bar.left()) / max(1.0, bar.width()), 2))

    def _move_to(self, threshold: float) -> None:
        # shown at once: the next key may come before the document has answered
        self._threshold = min(0.99, max(0.01, threshold))
        self.update()
        self.threshold_moved.emit(self._threshold)

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the tick."""
        if event.button() == Qt.MouseButton.LeftButton and self._near_tick(event.position().x()):
            self._dragging = True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the tick; say by the cursor where it can be taken."""
        x = event.position().x()
        if self._dragging:
            self._drag_to(x)
        shape = (
            Qt.CursorShape.SizeHorCursor
            if self._dragging or self._near_tick(x)
            else Qt.CursorShape.ArrowCursor
        )
        if self.cursor().shape() is not shape:
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragging = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the threshold by 0.01, with Shift by 0.1."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if way is None or math.isnan(self._threshold):
            super().keyPressEvent(event)
            return
        large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._move_to(round(self._threshold + way * (10 if large else 1) * STEP, 2))

    def event(self, event: QEvent) -> bool:
        """The tooltip says value, threshold and where the threshold comes from; arrows are its own."""
        if claims(event, SIDEWAYS):
            return True
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_text(), self)
            return True
        return super().event(event)

    def tooltip_text(self) -> str:
        """Whole sentence for the tooltip."""
        name = CLASSES[self.class_index]
        if not self._predicted:
            return self.tr("This model does not predict {name}; nothing is said, which is not a 0.").format(
                name=name
            )
        if math.isnan(self._probability):
            return self.tr("This slice is not predicted yet.")
        neighbours = ""
        if not math.isnan(self._alone):
            neighbours = self.tr(
                "By itself the slice has {alone:.2f} (the ring); neighbours changed it by {change:+.2f}.\n"
            ).format(alone=self._alone, change=self._probability - self._alone)
        verdict = self.tr("flagged") if self.flagged else self.tr("not flagged")
        return self.tr(
            "Probability of {name} {value:.2f}, {verdict}.\n{neighbours}Threshold {threshold:.2f}, {source}."
        ).format(
            name=name,
            value=self._probability,
            verdict=verdict,
            neighbours=neighbours.replace("-", "−"),
            threshold=self._threshold,
            source=self._explanation,
        )

    # paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dot, name, bar, tick, value."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, colour = ink(), class_colour(self.class_index)
        middle = LINE / 2
        flagged = self._predicted and self.flagged
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour if self._predicted else colours.faint)
        painter.drawRoundedRect(QRectF(0, middle - 4, 8, 8), 2.5, 2.5)
        weight = QFont.Weight.DemiBold if flagged else QFont.Weight.Normal
        painter.setFont(sized(self.font(), 13, weight=weight))
        painter.setPen(colours.text if self._predicted else colours.muted)
        align = Qt.AlignmentFlag.AlignVCenter
        line = QRect(0, 0, self.width(), LINE)
        name = line.adjusted(16, 0, 0, 0)
        painter.drawText(name, int(align | Qt.AlignmentFlag.AlignLeft), CLASSES[self.class_index])
        if self._predicted:
            self._paint_bar(painter)
        if not flagged:
            painter.setPen(colours.muted)
        painter.drawText(line, int(align | Qt.AlignmentFlag.AlignRight), self.value_text)
        if self._others:
            self._paint_others(painter)
        if self.hasFocus():
            paint_focus(painter, QRectF(self.rect()).adjusted(-1, 1, 1, -1))

    def _paint_others(self, painter: QPainter) -> None:
        """What compared models say: a tick below the bar each, and the values in a line of their own."""
        colours, bar = ink(), self.bar()
        for other in self._others:
            if self._predicted and not math.isnan(other.probability):
                x = round(self.x_of(other.probability)) + 0.5
                painter.setPen(QPen(colours.muted, 1.0))
                painter.drawLine(QPointF(x, bar.bottom() + 1.5), QPointF(x, bar.bottom() + 5.5))
        right = float(self.width())
        for other in reversed(self._others):
            weight = QFont.Weight.DemiBold if other.flagged else QFont.Weight.Normal
            painter.setFont(sized(self.font(), 11, weight=weight))
            painter.setPen(colours.text if other.flagged else colours.muted)
            width = painter.fontMetrics().horizontalAdvance(other.text)
            area = QRectF(right - width, LINE - 3, width + 1, SECOND_LINE)
            painter.drawText(
                area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), other.text
            )
            right -= width + 12

    def _paint_bar(self, painter: QPainter) -> None:
        colours, bar = ink(), self.bar()
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(bar, 3, 3)
        if not math.isnan(self._probability):
            filled = QRectF(bar)
            filled.setWidth(max(6.0, bar.width() * self._probability))
            strength = 1.0 if self.flagged else 0.62
            painter.setBrush(blend(colours.panel, class_colour(self.class_index), strength))
            painter.drawRoundedRect(filled, 3, 3)
        if not math.isnan(self._alone):
            # what the slice has by itself: a ring, hollow since it is no longer the model's word
            painter.setPen(QPen(colours.panel, 3.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QPointF(self.x_of(self._alone), bar.center().y())
            painter.drawEllipse(ring, 3.5, 3.5)
            painter.setPen(QPen(colours.text, 1.2))
            painter.setBrush(colours.panel)
            painter.drawEllipse(ring, 3.0, 3.0)
        if not math.isnan(self._threshold):
            x = round(self.x_of(self._threshold)) + 0.5
            held = self._dragging or self.hasFocus()
            middle, reach = bar.center().y(), 8 if held else 7
            painter.setPen(QPen(colours.panel, 3.0))
            painter.drawLine(QPointF(x, middle - reach), QPointF(x, middle + reach))
            painter.setPen(QPen(colours.text, 1.5 if held else 1.0))
            painter.drawLine(QPointF(x, middle - reach), QPointF(x, middle + reach))
        painter.restore()


@cache
def name_width(font_key: str) -> float:
    """Room of dot and name, the same in all rows: the longest name in bold and a gap.

    Args:
        font_key: ``QFont.key()`` of the bold face, so that it is measured once a face.
    """
    font = QFont()
    font.fromString(font_key)
    metrics = QFontMetrics(font)
    return 16.0 + max(metrics.horizontalAdvance(name) for name in CLASSES) + 10.0
