"""Preferences, applied as they are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ichcore.explain.method import TITLES
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.slider import LabelledSlider
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.dialogs.reader_name_row import ReaderNameRow
from ichviewer.widgets.dialogs.settings_keys import KeysPage
from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.colour_maps import COLOUR_MAPS
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ichviewer.documents.workspace import Workspace

HEIGHT = 440


class SettingsDialog(Sheet):
    """Pages General, Reading, Overlay, Privacy and Keys."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Settings"), parent, width=720)
        self._settings = workspace.settings
        self._refreshers: list[tuple[str, Callable[[], None]]] = []
        self.switches: dict[str, Switch] = {}
        self.choices: dict[str, dict[str, Chip]] = {}
        self.keys_page = KeysPage(workspace.settings)
        self.pages = QStackedWidget(self)
        self.names = QListWidget(self)
        self.names.setFixedWidth(132)
        self.names.setStyleSheet(
            "QListWidget::item:selected { background: palette(mid); color: palette(text); }"
        )
        self.names.setAccessibleName(self.tr("Pages"))
        for name, page in (
            (self.tr("General"), self._general()),
            (self.tr("Reading"), self._reading()),
            (self.tr("Overlay"), self._overlay()),
            (self.tr("Privacy"), self._privacy()),
            (self.tr("Keys"), self.keys_page),
        ):
            self.names.addItem(name)
            self.pages.addWidget(page)
        self.names.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.names.setCurrentRow(0)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.names)
        row.addWidget(self.pages, 1)
        self.pages.setFixedHeight(HEIGHT)
        self.names.setFixedHeight(HEIGHT)
        self.body.addLayout(row)
        close = self.add_button(self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)
        self._settings.changed.connect(self._changed)
        for _, refresh in self._refreshers:
            refresh()

    # pages

    def _general(self) -> QWidget:
        page, column = _page()
        self._choice(
            column, "theme", self.tr("Theme"), (("dark", self.tr("Dark")), ("light", self.tr("Light")))
        )
        self._switch(column, "predict_on_open", self.tr("Predict when a study opens"))
        self._switch(column, "side_panel_shown", self.tr("Show the side panel"))
        column.addStretch(1)
        column.addWidget(
            wrapped(
                "small", page, self.tr("Preferences are kept in {path}").format(path=self._settings.path.name)
            )
        )
        return page

    def _reading(self) -> QWidget:
        page, column = _page()
        self.reader_name = ReaderNameRow(self._settings, page)
        self._refreshers.append(("reader_name", self.reader_name.refresh))
        column.addWidget(self.reader_name)
        self._switch(
            column,
            "wheel_down_next",
            self.tr("Wheel down goes towards the head"),
            self.tr("Off: wheel down goes towards the feet."),
        )
        self._switch(
            column,
            "drag_down_raises_level",
            self.tr("Dragging down raises the level"),
            self.tr("Right always widens the window."),
        )
        self._switch(column, "corner_text", self.tr("Text in the corners of the image"))
        self._switch(
            column,
            "smooth",
            self.tr("Smooth enlarged pixels"),
            self.tr("Off: every pixel is drawn as a square, as the scanner measured it."),
        )
        self._slider(column, "cine_fps", self.tr("Cine"), 1, 30, suffix=" /s")
        column.addStretch(1)
        return page

    def _overlay(self) -> QWidget:
        page, column = _page()
        column.addWidget(
            wrapped("small", page, self.tr("How the overlay starts; the Explain tab changes it."))
        )
        self._switch(column, "overlay_visible", self.tr("Show activation"))
        self._switch(column, "overlay_boxes", self.tr("Box around activation"))
        self._choice(column, "overlay_method", self.tr("Method"), list(TITLES.items()))
        maps = [(name, self.tr("class colours") if name == "class" else name) for name in COLOUR_MAPS]
        self._choice(column, "overlay_colour_map", self.tr("Colours"), maps)
        self._slider(column, "overlay_opacity", self.tr("Opacity"), 0, 1, step=0.01, suffix=" %", scale=100)
        self._slider(column, "overlay_threshold", self.tr("Threshold"), 0, 0.95, step=0.01, decimals=2)
        column.addStretch(1)
        return page

    def _privacy(self) -> QWidget:
        page, column = _page()
        self._switch(
            column,
            "identity_hidden",
            self.tr("Hide identity"),
            self.tr("On screen, in the title, in recents and beside thumbnails."),
        )
        column.addStretch(1)
        column.addWidget(
            wrapped(
                "small",
                page,
                self.tr(
                    "Studies stay on this computer and nothing is sent anywhere. Logs and crash reports "
                    "name no patient. Pictures and films carry patient text only if the Export tab says so."
                ),
            )
        )
        return page

    # rows

    def _switch(self, column: QVBoxLayout, name: str, text: str, detail: str = "") -> None:
        switch = Switch(text, self)
        switch.toggled.connect(lambda on: self._settings.change(**{name: on}))
        self._refreshers.append((name, lambda: switch.set_quietly(getattr(self._settings.preferences, name))))
        self.switches[name] = switch
        box = QVBoxLayout()
        box.setSpacing(0)
        box.addWidget(switch)
        if detail:
            box.addWidget(wrapped("small", self, detail))
        column.addLayout(box)

    def _choice(self, column: QVBoxLayout, name: str, text: str, options: Sequence[tuple[str, str]]) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(QLabel(text, self))
        row.addStretch(1)
        chips: dict[str, Chip] = {}
        for value, label in options:
            chip = Chip(label, "", self)
            chip.setCheckable(True)
            chip.clicked.connect(self._chooser(name, value))
            chips[value] = chip
            row.addWidget(chip)
        self.choices[name] = chips

        def refresh() -> None:
            for value, chip in chips.items():
                chip.setChecked(getattr(self._settings.preferences, name) == value)

        self._refreshers.append((name, refresh))
        column.addLayout(row)

    def _chooser(self, name: str, value: str) -> Callable[[], None]:
        def choose() -> None:
            self._settings.change(**{name: value})
            self._changed(name)

        return choose

    def _slider(
        self,
        column: QVBoxLayout,
        name: str,
        text: str,
        low: float,
        high: float,
        *,
        step: float = 1.0,
        decimals: int = 0,
        suffix: str = "",
        scale: float = 1.0,
    ) -> None:
        slider = LabelledSlider(
            text, low, high, step=step, decimals=decimals, suffix=suffix, scale=scale, parent=self
        )
        slider.changed.connect(lambda value: self._settings.change(**{name: float(value)}))
        self._refreshers.append((name, lambda: slider.set_value(getattr(self._settings.preferences, name))))
        column.addWidget(slider)

    def _changed(self, name: str) -> None:
        for each, refresh in self._refreshers:
            if each == name:
                refresh()


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    return page, column
