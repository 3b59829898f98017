"""The left column: every series of what is open, as thumbnails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.controls.series_card import SeriesCard
from ichviewer.widgets.controls.steady_scroll import SteadyScrollArea
from ichviewer.widgets.dialogs.left_out import LeftOutDialog

if TYPE_CHECKING:
    from ichcore.opening import Catalogue, SeriesEntry
    from ichviewer.documents.workspace import Workspace

WIDTH = 92
DOUBTS = {
    "no_hu": "no HU",
    "not_axial": "not axial",
    "contrast": "contrast",
    "bone_kernel": "bone",
    "derived": "reformatted",
}
"""Passport codes that make a series a poor one for the model, in a few words; the worst first."""
FEWEST_SLICES = 4


class SeriesBrowser(QWidget):
    """A click, or Enter, opens a series; what was left out is one click away."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.cards: list[SeriesCard] = []
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Series"))
        self._inner = QWidget()
        self._list = QVBoxLayout(self._inner)
        self._list.setContentsMargins(10, 10, 0, 10)
        self._list.setSpacing(8)
        self._list.addStretch(1)
        area = SteadyScrollArea(self)
        area.setWidget(self._inner)
        self.left_out = Link("", self)
        self.left_out.clicked.connect(self.show_left_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 8)
        column.setSpacing(4)
        column.addWidget(area, 1)
        column.addWidget(self.left_out, 0, Qt.AlignmentFlag.AlignHCenter)
        workspace.catalogue_changed.connect(self.refresh)
        workspace.case_changed.connect(self._mark)
        workspace.thumbnail_ready.connect(self._take_thumbnail)
        workspace.view.display_changed.connect(self._show_identity)
        self.refresh()

    def sizeHint(self) -> QSize:
        """A narrow column."""
        return QSize(WIDTH, 300)

    def refresh(self) -> None:
        """List the catalogue's series anew."""
        for card in self.cards:
            self._list.removeWidget(card)
            card.deleteLater()
        self.cards = []
        catalogue = self._workspace.catalogue
        for number, entry in enumerate(catalogue.series if catalogue is not None else (), start=1):
            card = self._card(catalogue, entry, number)
            self._list.insertWidget(self._list.count() - 1, card)
            self.cards.append(card)
        left = len(catalogue.left_out) if catalogue is not None else 0
        self.left_out.setText(self.tr("{count} left out").format(count=left))
        self.left_out.updateGeometry()
        self.left_out.setVisible(left > 0)
        self._show_identity()
        self._mark()

    def _card(self, catalogue: Catalogue | None, entry: SeriesEntry, number: int) -> SeriesCard:
        uid = entry.series_instance_uid
        proposed = catalogue is not None and catalogue.proposed is entry
        doubt = self._doubt(entry)
        card = SeriesCard(uid, entry.slices, number, proposed=proposed, doubt=doubt, parent=self._inner)
        card.set_thumbnail(self._workspace.thumbnail(uid))
        card.clicked.connect(lambda: self._workspace.open_series(uid))
        return card

    def _doubt(self, entry: SeriesEntry) -> str:
        """Why the model should not read this series, in a few words; empty if it may."""
        codes = {finding.code for finding in entry.passport}
        if not entry.is_hu:
            codes.add("no_hu")
        if entry.identity.modality not in ("CT", ""):
            return self.tr("not CT")
        for code, words in DOUBTS.items():
            if code in codes:
                return self.tr(words)
        return self.tr("too few") if entry.slices < FEWEST_SLICES else ""

    def _show_identity(self) -> None:
        """Descriptions may hold names, so privacy shows numbers instead."""
        catalogue, hidden = self._workspace.catalogue, self._workspace.view.identity_hidden
        if catalogue is None:
            return
        for card, entry in zip(self.cards, catalogue.series, strict=True):
            description = "" if hidden else entry.identity.series_description
            card.set_description(description, self._tip(entry, card.number, card.proposed, description))

    def _tip(self, entry: SeriesEntry, number: int, proposed: bool, description: str) -> str:
        lines = [description or self.tr("Series {number}").format(number=number)]
        thickness = entry.geometry.slice_thickness_mm
        size = self.tr("{slices} slices, {rows} × {columns}").format(
            slices=entry.slices, rows=entry.rows, columns=entry.columns
        )
        lines.append(size if thickness is None else size + self.tr(", {mm:g} mm").format(mm=thickness))
        if proposed:
            lines.append(self.tr("Proposed: the best non-contrast axial head series found."))
        lines += [finding.detail for finding in entry.passport if finding.code in DOUBTS]
        return "\n".join(lines)

    def _mark(self) -> None:
        for card in self.cards:
            card.setChecked(card.uid == self._workspace.series_uid)

    def _take_thumbnail(self, uid: str) -> None:
        for card in self.cards:
            if card.uid == uid:
                card.set_thumbnail(self._workspace.thumbnail(uid))

    def show_left_out(self) -> LeftOutDialog | None:
        """Open the list of files that became part of no series."""
        catalogue = self._workspace.catalogue
        if catalogue is None:
            return None
        hidden = self._workspace.view.identity_hidden
        dialog = LeftOutDialog(catalogue.left_out, self.window(), names_hidden=hidden)
        dialog.open()
        return dialog

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go from card to card."""
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        at = next((i for i, card in enumerate(self.cards) if card.hasFocus()), None)
        if way is None or at is None:
            super().keyPressEvent(event)
        else:
            self.cards[max(0, min(len(self.cards) - 1, at + way))].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Panel ground with a line towards the image."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), ink().panel)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), ink().line)
