"""The blend-sign model's own words: its classes, the boxes it detected, and what HU say in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ichcore.models.systems import system_of
from ichviewer.widgets.controls.ink import blend, ink, own_class_colour, sized
from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.documents.beyond_six import FoundBox, OwnClasses
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

AFTER_IMAGE_MS = 20
MOST_BOXES = 4
"""Boxes of a slice that are told one by one; the highest scores."""
NAME_WIDTH, VALUE_WIDTH, LINE = 108, 36, 22


class OwnClassRow(QWidget):
    """One exclusive class: name, bar, value; the most probable stands out."""

    def __init__(self, name: str, parent: QWidget | None = None, *, coloured: bool) -> None:
        super().__init__(parent)
        self._name, self._coloured = name.replace("_", " "), coloured
        self._value, self._said = float("nan"), False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self._name)

    def show_value(self, value: float, *, said: bool) -> None:
        """Take the class's probability, and whether it is the slice's class."""
        self._value, self._said = value, said
        self.setAccessibleDescription(self.value_text)
        self.update()

    @property
    def value_text(self) -> str:
        """Two decimals, ``–`` while not done."""
        return "–" if np.isnan(self._value) else f"{self._value:.2f}"

    @property
    def is_said(self) -> bool:
        """Whether it is the slice's class."""
        return self._said

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(280, LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, bar, value."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = ink()
        weight = QFont.Weight.DemiBold if self._said else QFont.Weight.Normal
        painter.setFont(sized(self.font(), 13, weight=weight))
        painter.setPen(colours.text if self._said else colours.muted)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), int(middle | Qt.AlignmentFlag.AlignLeft), self._name)
        painter.drawText(self.rect(), int(middle | Qt.AlignmentFlag.AlignRight), self.value_text)
        bar = QRectF(NAME_WIDTH, LINE / 2 - 2, self.width() - NAME_WIDTH - VALUE_WIDTH - 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(bar, 2, 2)
        if not np.isnan(self._value):
            full = own_class_colour() if self._coloured else colours.muted
            bar.setWidth(max(4.0, bar.width() * self._value))
            painter.setBrush(full if self._said else blend(colours.panel, full, 0.62))
            painter.drawRoundedRect(bar, 2, 2)


class BlendSection(Section):
    """There only for a model with classes of its own."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Blend sign"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self._highest: int | None = None
        self.rows: list[OwnClassRow] = []
        self.body.setSpacing(0)
        self._classes = QVBoxLayout()
        self._classes.setSpacing(0)
        self.body.addLayout(self._classes)
        self.boxes = wrapped("", self.content)
        self.boxes.setContentsMargins(0, 8, 0, 0)
        self.body.addWidget(self.boxes)
        self.go = Link("", self.content)
        self.go.clicked.connect(self._go)
        self.body.addWidget(self.go, 0, Qt.AlignmentFlag.AlignRight)
        # a little later than the image, which is painted first
        self._soon = Soon(self.refresh, self, delay_ms=AFTER_IMAGE_MS)
        workspace.case_changed.connect(self._take_case)
        workspace.models.shown_changed.connect(self._soon.request)
        workspace.view.slice_changed.connect(self._soon.request)
        self._take_case()

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.prediction_changed.connect(self._soon.request)
        self.refresh()

    def _go(self) -> None:
        if self._highest is not None:
            self._workspace.view.go_to_slice(self._highest)

    def refresh(self) -> None:
        """Show the shown slice's classes, boxes and rule."""
        card = self._workspace.models.card
        names = () if card is None else system_of(card).own_classes
        self.setVisible(bool(names))
        if not names:
            return
        own = None if self._case is None else self._case.beyond.own
        self._show_classes(names if own is None else own.names, own)
        self._show_boxes(own)
        self._show_highest(own)

    def _show_classes(self, names: tuple[str, ...], own: OwnClasses | None) -> None:
        if len(self.rows) != len(names):
            for row in self.rows:
                self._classes.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = [
                OwnClassRow(name, self.content, coloured=number >= 2) for number, name in enumerate(names)
            ]
            for row in self.rows:
                self._classes.addWidget(row)
        index = self._workspace.view.slice_index
        for number, row in enumerate(self.rows):
            if own is None or index >= len(own.probabilities):
                row.show_value(float("nan"), said=False)
            else:
                row.show_value(float(own.probabilities[index, number]), said=int(own.said[index]) == number)

    def _show_boxes(self, own: OwnClasses | None) -> None:
        case, index = self._case, self._workspace.view.slice_index
        if case is None or own is None:
            self.boxes.setText("")
        elif own.boxes is None:
            self.boxes.setText(self.tr("This model detects no boxes."))
        else:
            found = case.beyond.boxes(index)
            lines = [self._told(number, box) for number, box in enumerate(found[:MOST_BOXES], start=1)]
            if len(found) > MOST_BOXES:
                lines.append(self.tr("and {more} more").format(more=len(found) - MOST_BOXES))
            self.boxes.setText("\n".join(lines) or self.tr("No box is detected on this slice."))
            self.boxes.setToolTip(
                self.tr(
                    "The rule asks for two parts at least {hu:.0f} HU apart, a sharp border between them, "
                    "and the darker part not encapsulated.\nIt measures HU in the boxes and knows nothing "
                    "of what the network says."
                ).format(hu=own.least_difference_hu)
            )
        self.boxes.setVisible(bool(self.boxes.text()))

    def _told(self, number: int, box: FoundBox) -> str:
        """One box: score, size, and what HU say in it."""
        words = self.tr("Box {number} · {score:.2f}").format(number=number, score=box.score)
        if box.size_mm is not None:
            words += self.tr(" · {height:.0f} × {width:.0f} mm").format(
                height=box.size_mm[0], width=box.size_mm[1]
            )
        tones = box.tones
        if tones is None:
            return words + "\n" + self.tr("    by HU: no two parts")
        verdict = self.tr("fulfilled") if tones.blend_sign else self.tr("not fulfilled")
        return (
            words
            + "\n"
            + self.tr("    by HU: {brighter:.0f} and {darker:.0f}, {apart:.0f} apart: {verdict}").format(
                brighter=tones.brighter_hu,
                darker=tones.darker_hu,
                apart=tones.difference_hu,
                verdict=verdict,
            )
        )

    def _show_highest(self, own: OwnClasses | None) -> None:
        """The slice where the sign is most probable, and the way there."""
        self._highest = None
        if own is not None and own.probabilities.shape[1] > 2:
            sign = own.probabilities[:, 2]
            if not np.isnan(sign).all():
                self._highest = int(np.nanargmax(sign))
                text = self.tr("highest {value:.2f} on slice {slice}")
                self.go.setText(text.format(value=sign[self._highest], slice=self._highest + 1))
        self.go.setVisible(self._highest is not None)
        self.go.updateGeometry()
