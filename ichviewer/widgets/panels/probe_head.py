"""The line above a probe: its name, and what can be chosen or done at its right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


class ProbeHead(QWidget):
    """A name on the left, controls on the right, on one line."""

    def __init__(self, name: str, controls: Sequence[QWidget], parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.label = QLabel(name, self)
        row.addWidget(self.label, 1)
        for control in controls:
            control.setParent(self)
            row.addWidget(control)
