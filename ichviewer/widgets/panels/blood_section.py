"""How much blood the weak mask holds: mL by subtype and ABC/2, where the geometry allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichviewer.widgets.controls.ink import class_colour
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.flagged_section import dot_icon
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.workspace import Workspace

DOT = 12


class BloodSection(Section):
    """A line a subtype that is there, the sum, and ABC/2."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Volume"), parent)
        self._workspace, self._masks = workspace, workspace.inference.masks
        self.lines: dict[str, str] = {}
        self._grid = QWidget(self.content)
        self.body.addWidget(self._grid)
        self.words = wrapped("small", self.content)
        self.body.addWidget(self.words)
        self._soon = Soon(self.refresh, self)
        self._masks.blood_changed.connect(self._soon.request)
        self._masks.settings_changed.connect(self._soon.request)
        workspace.case_changed.connect(self._soon.request)
        self.refresh()

    def refresh(self) -> None:
        """Show the volumes."""
        blood = self._masks.blood if self._masks.settings.visible else None
        self.lines = {}
        self.set_aside("" if blood is None else self.tr("{n} slices").format(n=blood.slices))
        if blood is None:
            under_way = self._masks.settings.visible and self._workspace.case is not None
            self.words.setText(
                self.tr("Under way …")
                if under_way
                else self.tr("Of the whole series, once the mask is shown.")
            )
        elif blood.volumes_ml is None:
            self.words.setText(blood.withheld)
        else:
            for name, ml in blood.volumes_ml.items():
                if ml > 0 or name == "any":
                    self.lines[name] = self.tr("{ml:.1f} mL").format(ml=ml)
            abc = blood.abc
            self.words.setText(
                self.tr("ABC/2 of the largest bleed: {ml:.1f} mL ({a:.0f} × {b:.0f} × {c:.0f} mm).").format(
                    ml=abc.ml, a=abc.a_mm, b=abc.b_mm, c=abc.c_mm
                )
                if abc is not None
                else ""
            )
        self._rebuild()

    def _rebuild(self) -> None:
        self.body.removeWidget(self._grid)
        self._grid.deleteLater()
        self._grid = QWidget(self.content)
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (name, text) in enumerate(self.lines.items()):
            dot, label, value = (QLabel(self._grid) for _ in range(3))
            known = [number for number, c in enumerate(HEMORRHAGE_CLASSES) if c.name == name]
            colour = class_colour(known[0] if known else 0)
            dot.setPixmap(dot_icon(colour).pixmap(DOT, DOT))
            short = HEMORRHAGE_CLASSES[known[0]].short if known else self.tr("unnamed")
            label.setText(self.tr("all") if name == "any" else short)
            value.setText(text)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            for column, widget in enumerate((dot, label, value)):
                grid.addWidget(widget, row, column)
        self.body.insertWidget(0, self._grid)
        self._grid.setVisible(bool(self.lines))
