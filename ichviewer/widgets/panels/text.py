"""Labels as the panels use them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


def wrapped(role: str, parent: QWidget, text: str = "") -> QLabel:
    """A label that breaks its lines.

    Args:
        role: its look in the style sheet: ``""``, ``small``, ``muted``, ``heading``, ``title``.
        parent: the widget it stands in.
        text: plain text; never read as HTML, since much of it comes from files.
    """
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
