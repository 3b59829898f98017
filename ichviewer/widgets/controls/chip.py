"""A small flat button, often one of several to choose from, with its key written on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.controls.own_keys import UPRIGHT, claims
from ichviewer.widgets.controls.painted_button import ENTER, PaintedButton

PADDING = 8
GAP = 5
ARROW = 14


class Chip(PaintedButton):
    """Text, its key in small grey letters and, with a menu, an arrow that opens it.

    Args:
        text: what it does or chooses.
        key: the key that does the same; may be empty.
        accent: whether it takes the accent colour when checked (the learned window only); else it is raised.
    """

    def __init__(
        self, text: str, key: str = "", parent: QWidget | None = None, *, accent: bool = False
    ) -> None:
        # Qt sends it events while its base is made
        self._key, self._accent = key, accent
        self._menu: QMenu | None = None
        self._menu_only = False
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def key(self) -> str:
        """The key written on it."""
        return self._key

    def set_key(self, key: str) -> None:
        """Write another key on it, after the user has rebound it."""
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def set_menu(self, menu: QMenu, *, only: bool = False) -> None:
        """A menu under the arrow (and Down); ``only``: a click anywhere opens it."""
        self._menu, self._menu_only = menu, only
        self.updateGeometry()

    def menu(self) -> QMenu | None:
        """The menu under the arrow."""
        return self._menu

    def open_menu(self) -> None:
        """Show the menu below the chip."""
        if self._menu is not None:
            self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def sizeHint(self) -> QSize:
        """As wide as its text."""
        width = 2 * PADDING + self.fontMetrics().horizontalAdvance(self.text())
        if self._key:
            width += GAP + self._key_width()
        if self._menu is not None:
            width += ARROW
        return QSize(width + 1, 26)

    def _key_width(self) -> int:
        from PySide6.QtGui import QFontMetrics

        return QFontMetrics(sized(self.font(), 10)).horizontalAdvance(self._key)

    def setText(self, text: str) -> None:
        """Write something else on it."""
        if text != self.text():
            super().setText(text)
            self.updateGeometry()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The arrow (or all of a menu-only chip) opens the menu."""
        at_arrow = event.position().x() > self.width() - ARROW - PADDING
        if self._menu is not None and (self._menu_only or at_arrow) and self.isEnabled():
            self.open_menu()
            return
        super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Down is its own while it has the keyboard and a menu."""
        return claims(event, UPRIGHT if self._menu is not None else ()) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the menu, and Space and Enter where a click does."""
        key = event.key()
        opens = key == Qt.Key.Key_Down or (self._menu_only and key in {Qt.Key.Key_Space, *ENTER})
        if self._menu is not None and opens:
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Flat ground, a thin line, text, key and arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        on = self.isChecked()
        ground, line, text = colours.panel, colours.line, colours.text
        if on and self._accent:
            ground, line = colours.accent_ground, blend(colours.accent_ground, colours.accent, 0.45)
        elif on:
            ground, line = colours.line, blend(colours.line, colours.muted, 0.5)
        if self.hovered or self.isDown():
            ground = blend(ground, colours.text, 0.06 if not self.isDown() else 0.12)
        if not self.isEnabled():
            text = blend(colours.panel, colours.muted, 0.6)
        painter.setPen(QPen(line, 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(text)
        area = self.rect().adjusted(PADDING, 0, -PADDING, -1)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(align), self.text())
        if self._key:
            left = area.left() + painter.fontMetrics().horizontalAdvance(self.text()) + GAP
            painter.setFont(sized(self.font(), 10))
            painter.setPen(colours.accent if on and self._accent else colours.muted)
            painter.drawText(area.adjusted(left - area.left(), 1, 0, 1), int(align), self._key)
        if self._menu is not None:
            x, y = self.width() - PADDING - 3.0, self.height() / 2.0
            painter.setPen(QPen(colours.muted, 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(
                QPolygonF([QPointF(x - 3.5, y - 1.5), QPointF(x, y + 2), QPointF(x + 3.5, y - 1.5)])
            )
        if self.hasFocus():
            paint_focus(painter, self.rect().adjusted(1, 1, -1, -1))
