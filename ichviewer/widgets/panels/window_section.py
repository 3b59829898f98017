"""Level and width: the transfer curve over the slice's histogram, sliders, numbers and presets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QMenu, QWidget

from ichcore.volume.window import PRESETS, Transfer, Window
from ichviewer.documents.view_state import Display
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.flow import FlowLayout
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.slider import LabelledSlider
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.histogram import histogram
from ichviewer.widgets.panels.key_labels import KeyLabels
from ichviewer.widgets.panels.learned_menu import LearnedMenu
from ichviewer.widgets.panels.transfer_plot import TransferPlot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

ON_CHIPS = 5
"""Presets with a chip of their own; the others stand under More."""
LEVELS, FAR_LEVELS = (-100.0, 200.0), (-1000.0, 2000.0)
WIDTHS, FAR_WIDTHS = (2.0, 400.0), (2.0, 4000.0)
"""Slider ends in HU: of soft tissue, and wide enough for bone where the window is beyond."""


class WindowSection(Section):
    """Writes to the view's window and shows it, whoever changed it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Window"), parent)
        self._workspace = workspace
        self._case: Case | None = None
        self.plot = TransferPlot(self.content)
        self.level = LabelledSlider(self.tr("Level"), *LEVELS, field_range=(-2000, 4000), parent=self.content)
        self.width_row = LabelledSlider(self.tr("Width"), *WIDTHS, field_range=(1, 8000), parent=self.content)
        self.presets = [
            Chip(self._preset_name(preset).split()[0], "", self.content) for preset in PRESETS[:ON_CHIPS]
        ]
        self.more = Chip(self.tr("More"), "", self.content)
        self.learned = Chip(self.tr("Learned"), "", self.content, accent=True)
        self._build()
        self._counting = Soon(self._count, self, delay_ms=40)
        # a little later than the image, which is painted first
        self._showing = Soon(self.refresh, self, delay_ms=16)
        self._connect()
        self._take_case()

    @staticmethod
    def _preset_name(preset: Window) -> str:
        return preset.name.capitalize()

    def _build(self) -> None:
        self.body.addWidget(self.plot)
        self.body.addWidget(self.level)
        self.body.addWidget(self.width_row)
        chips = QWidget(self.content)
        flow = FlowLayout(chips)
        flow.setContentsMargins(0, 4, 0, 0)
        for chip, preset in zip(self.presets, PRESETS, strict=False):
            chip.setCheckable(True)
            chip.setToolTip(f"{self._preset_name(preset)} {preset.center:g}/{preset.width:g}")
            flow.addWidget(chip)
        self.more.set_menu(self._more_menu(), only=True)
        flow.addWidget(self.more)
        self.learned.setCheckable(True)
        self.learned.set_menu(LearnedMenu(self._workspace, self))
        flow.addWidget(self.learned)
        self.body.addWidget(chips)

    def _more_menu(self) -> QMenu:
        menu = QMenu(self)
        for preset in PRESETS[ON_CHIPS:]:
            text = f"{self._preset_name(preset)}   {preset.center:g}/{preset.width:g}"
            menu.addAction(text).triggered.connect(self._preset_setter(preset))
        menu.addSeparator()
        series = menu.addAction(self.tr("The series' own window"))
        series.triggered.connect(lambda: self._workspace.view.set_window(self._workspace.view.default_window))
        return menu

    def _connect(self) -> None:
        view = self._workspace.view
        self.plot.window_moved.connect(self._dragged)
        self.plot.released.connect(self._showing.request)
        self.level.changed.connect(lambda value: self._set(center=value))
        self.width_row.changed.connect(lambda value: self._set(width=max(1.0, value)))
        for chip, preset in zip(self.presets, PRESETS, strict=False):
            chip.clicked.connect(self._preset_setter(preset))
        self.learned.clicked.connect(self._toggle_learned)
        view.window_changed.connect(self._showing.request)
        view.learned_changed.connect(self._showing.request)
        view.display_changed.connect(self._showing.request)
        view.slice_changed.connect(self._counting.request)
        self._workspace.case_changed.connect(self._take_case)
        chips = {f"window.preset_{number}": chip for number, chip in enumerate(self.presets, start=1)}
        chips["view.learned"] = self.learned
        keys = {identifier: chip.set_key for identifier, chip in chips.items()}
        KeyLabels(self._workspace.settings, keys, self)

    def _take_case(self) -> None:
        self._case = self._workspace.case
        if self._case is not None:
            self._case.slice_decoded.connect(self._decoded)
            self._case.volume_completed.connect(self._counting.request)
        for widget in (self.plot, self.level, self.width_row, *self.presets, self.more):
            widget.setEnabled(self._case is not None)
        self._counting.request()
        self.refresh()

    def _decoded(self, index: int) -> None:
        if index == self._workspace.view.slice_index:
            self._counting.request()

    # writing

    def _set(self, *, center: float | None = None, width: float | None = None) -> None:
        now = self._workspace.view.window
        self._workspace.view.set_window(
            replace(
                now,
                center=now.center if center is None else center,
                width=now.width if width is None else width,
                name="",
            )
        )

    def _dragged(self, window: Window) -> None:
        self._set(center=window.center, width=window.width)

    def _preset_setter(self, preset: Window) -> Callable[[], None]:
        def choose() -> None:
            self._workspace.view.set_window(preset)
            self.refresh()

        return choose

    def _toggle_learned(self) -> None:
        self._workspace.view.toggle_learned()
        self.refresh()

    # reading

    def _count(self) -> None:
        case, index = self._case, self._workspace.view.slice_index
        if case is None or not case.volume.decoded[index]:
            self.plot.show_histogram(np.zeros(0))
            return
        is_hu = case.volume.is_hu
        self.plot.show_histogram(histogram(case.volume.hu[index], *self.plot.axis, is_hu=is_hu))

    def refresh(self) -> None:
        """Show the view's window."""
        view = self._workspace.view
        window, learned = view.window, view.learned_on
        is_hu = self._case is None or self._case.volume.is_hu
        if self.plot.show_window(window, learned=learned, is_hu=is_hu):
            self._counting.request()
        if not self.level.slider.isSliderDown():
            far = not LEVELS[0] <= window.center <= LEVELS[1]
            self.level.set_range(*(FAR_LEVELS if far else LEVELS))
        if not self.width_row.slider.isSliderDown():
            self.width_row.set_range(*(FAR_WIDTHS if window.width > WIDTHS[1] else WIDTHS))
        self.level.set_value(window.center)
        self.width_row.set_value(window.width)
        for chip, preset in zip(self.presets, PRESETS, strict=False):
            same = (window.center, window.width) == (preset.center, preset.width)
            chip.setChecked(self._case is not None and same and not learned)
        self._show_learned(window, learned=learned)

    def _show_learned(self, window: Window, *, learned: bool) -> None:
        view = self._workspace.view
        usable = [w for w in view.learned_windows if w is not None]
        self.learned.setEnabled(self._case is not None and bool(view.learned_windows))
        self.learned.setChecked(learned)
        chosen = view.learned_windows[view.learned_channel] if view.learned_windows else None
        if chosen is not None:
            self.learned.setText(
                self.tr("Learned {level:.0f}/{width:.0f}").format(level=chosen.center, width=chosen.width)
            )
        else:
            self.learned.setText(
                self.tr("Learned") if not view.learned_windows or usable else self.tr("Degenerate")
            )
        if view.display is Display.COMPOSITE:
            self.set_aside(self.tr("colour composite"))
        elif view.display is Display.MODEL_INPUT:
            self.set_aside(self.tr("what the model saw"))
        elif learned:
            kind = (
                self.tr("sigmoid") if window.transfer is Transfer.SIGMOID else self.tr("linear approximation")
            )
            self.set_aside(
                self.tr("learned, channel {number} · {kind}").format(
                    number=view.learned_channel + 1, kind=kind
                )
            )
        else:
            # a learned window that was dragged away from is no longer learned, but still a sigmoid
            self.set_aside(window.name or (self.tr("sigmoid") if window.transfer is Transfer.SIGMOID else ""))
