"""Going from flagged slice to flagged slice, of any class or of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QWidget

from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES
from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.ink import class_colour
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.key_labels import KeyLabels

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


def dot_icon(colour: QColor) -> QIcon:
    """A class's colour as a menu icon."""
    pixmap = QPixmap(24, 24)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(2, 2, 8, 8, 2.5, 2.5)
    painter.end()
    return QIcon(pixmap)


class FlaggedSection(Section):
    """How many slices are flagged, and previous and next among them."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Flagged slices"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self._class_name: str | None = None
        self.count = QLabel(self.content)
        self.previous = Chip(self.tr("Previous"), "", self.content)
        self.next = Chip(self.tr("Next"), "", self.content)
        self.which = Chip(self.tr("any class"), "", self.content)
        self.which.set_menu(QMenu(self), only=True)
        self.body.addWidget(self.count)
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        row.addWidget(self.which)
        row.addStretch(1)
        self.body.addLayout(row)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        self.previous.clicked.connect(lambda: self._go(-1))
        self.next.clicked.connect(lambda: self._go(1))
        workspace.case_changed.connect(self._take_case)
        workspace.models.shown_changed.connect(self._soon.request)
        KeyLabels(
            workspace.settings,
            {
                "slice.previous_flagged": self.previous.set_key,
                "slice.next_flagged": self.next.set_key,
            },
            self,
        )
        self._take_case()

    def _take_case(self) -> None:
        before, self._case = self._case, self._workspace.case
        follow_instead(before, self._case, answers_of, self._soon.request)
        self.refresh()

    def _go(self, direction: int) -> None:
        if self._case is None:
            return
        index = self._case.next_flagged(self._workspace.view.slice_index, direction, self._class_name)
        if index is not None:
            self._workspace.view.go_to_slice(index)

    def choose_class(self, name: str | None) -> None:
        """Look for slices flagged for one class, or with ``None`` for any of them."""
        self._class_name = name
        self.refresh()

    def _chooser(self, name: str | None) -> Callable[[], None]:
        return lambda: self.choose_class(name)

    def refresh(self) -> None:
        """Count anew."""
        case, card = self._case, self._workspace.models.card
        if card is not None and self._class_name not in (None, *card.classes):
            self._class_name = None  # another model, which says nothing of the class
        flags = case.flags() if case is not None else None
        has_prediction = case is not None and case.prediction is not None
        column = None if self._class_name is None else CLASSES.index(self._class_name)
        self.which.setText(self.tr("any class") if column is None else HEMORRHAGE_CLASSES[column].short)
        self._fill_menu([int(n) for n in flags.sum(axis=0)] if flags is not None else [0] * len(CLASSES))
        if flags is None or not has_prediction:
            self.count.setText(self.tr("Nothing is predicted."))
            found = 0
        else:
            found = int((flags.any(axis=1) if column is None else flags[:, column]).sum())
            self.count.setText(
                self.tr("{found} of {slices} slices flagged").format(found=found, slices=flags.shape[0])
            )
        self.previous.setEnabled(found > 0)
        self.next.setEnabled(found > 0)
        self.which.setEnabled(has_prediction)

    def _fill_menu(self, counts: list[int]) -> None:
        menu = self.which.menu()
        if menu is None or menu.isVisible():
            return
        menu.clear()
        group = QActionGroup(menu)
        every = menu.addAction(self.tr("any class"))
        every.triggered.connect(self._chooser(None))
        choices: list[tuple[QAction, str | None]] = [(every, None)]
        card = self._workspace.models.card
        for index, name in enumerate(CLASSES[1:], start=1):
            if card is not None and name not in card.classes:
                continue
            action = menu.addAction(dot_icon(class_colour(index)), f"{name}   {counts[index]}")
            action.triggered.connect(self._chooser(name))
            choices.append((action, name))
        for action, choice in choices:
            action.setCheckable(True)
            group.addAction(action)
            action.setChecked(choice == self._class_name)
