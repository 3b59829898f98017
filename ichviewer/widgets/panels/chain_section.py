"""The weak chain as steps (Ma 2025): each can be looked at, switched off and tuned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.explain.spatial_context import WEIGHT
from ichcore.masks.chain import CRF, DENSITY, EDGES, LAYER_CAM, LAYERS, NEIGHBOURS, OF_ONE_NETWORK, U_NET
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.slider import LabelledSlider
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.step_picture import crop_of, step_picture
from ichviewer.widgets.panels.step_row import StepRow
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from ichcore.masks.chain_steps import ChainStep
    from ichcore.masks.segmenter import SliceMask
    from ichviewer.documents.workspace import Workspace


DENSITY_ON = {"least_hu": 30.0, "least_mm2": 20.0, "border_share": 0.25}
"""What density, size and border begin with when they are switched on (decisions 0052, 0060)."""


class ChainSection(Section):
    """A row a step, of the shown slice; sliders for what can be tuned."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Chain"), parent)
        self._workspace, self._masks = workspace, workspace.inference.masks
        titles = {
            LAYER_CAM: self.tr("LayerCAM"),
            EDGES: self.tr("Edges: PC1"),
            NEIGHBOURS: self.tr("Neighbouring slices"),
            LAYERS: self.tr("Two layers"),
            CRF: self.tr("Dense CRF"),
            DENSITY: self.tr("Density, size, border"),
            U_NET: self.tr("U-Net"),
        }
        self.rows = {
            name: StepRow(name, title, switchable=name != LAYER_CAM, parent=self.content)
            for name, title in titles.items()
        }
        self.neighbours = LabelledSlider(
            self.tr("Weight"), 0.05, 1.0, step=0.05, decimals=2, parent=self.content
        )
        self.crf = LabelledSlider(self.tr("Weight"), 0.5, 12.0, step=0.5, decimals=1, parent=self.content)
        self.least_hu = LabelledSlider(self.tr("Least HU"), 0.0, 60.0, step=1.0, parent=self.content)
        self.least_mm2 = LabelledSlider(self.tr("Min mm²"), 0.0, 100.0, step=2.0, parent=self.content)
        self.border = LabelledSlider(
            self.tr("Border"), 0.0, 0.8, step=0.05, scale=100.0, suffix=" %", parent=self.content
        )
        self.border.setToolTip(
            self.tr("Pieces end this share of the way from the density around them to their own.")
        )
        self.words = wrapped("small", self.content)
        for name, row in self.rows.items():
            self.body.addWidget(row)
            row.clicked.connect(lambda _=False, name=name: self._show(name))
            row.switched.connect(lambda on, name=name: self._switch(name, on=on))
            if name == NEIGHBOURS:
                self.body.addWidget(self.neighbours)
            elif name == CRF:
                self.body.addWidget(self.crf)
            elif name == DENSITY:
                self.body.addWidget(self.least_hu)
                self.body.addWidget(self.least_mm2)
                self.body.addWidget(self.border)
        self.body.addWidget(self.words)
        self.neighbours.changed.connect(lambda value: self._masks.change(neighbour_weight=value))
        self.crf.changed.connect(lambda value: self._masks.change(crf_weight=value))
        self.least_hu.changed.connect(lambda value: self._masks.change(least_hu=value))
        self.least_mm2.changed.connect(lambda value: self._masks.change(least_mm2=value))
        self.border.changed.connect(lambda value: self._masks.change(border_share=value))
        self._soon = Soon(self.refresh, self)
        self._masks.settings_changed.connect(self._soon.request)
        self._masks.mask_changed.connect(self._one_changed)
        workspace.view.slice_changed.connect(self._soon.request)
        workspace.case_changed.connect(self._soon.request)
        workspace.busy_changed.connect(self._soon.request)
        self.refresh()

    def _one_changed(self, index: int) -> None:
        if index == self._workspace.view.slice_index:
            self._soon.request()

    def _show(self, name: str) -> None:
        """Show a step on the image; the one that is shown gives way to the last again."""
        shown = None if self._masks.settings.step == name else name
        self._masks.change(step=shown, visible=True)

    def _switch(self, name: str, *, on: bool) -> None:
        own = OF_ONE_NETWORK
        changes: dict[str, dict[str, Any]] = {
            EDGES: {"edges": on},
            NEIGHBOURS: {"neighbour_weight": WEIGHT if on else 0.0},
            LAYERS: {"layers": 2 if on else 1},
            CRF: {"crf_weight": own.crf_weight if on else 0.0},
            DENSITY: DENSITY_ON if on else dict.fromkeys(DENSITY_ON, 0.0),
            U_NET: {"draw": on},
        }
        self._masks.change(**changes[name])

    def refresh(self) -> None:
        """Show the steps of the shown slice."""
        if not self.isVisible():
            return  # refreshed as it comes into sight
        settings, index = self._masks.settings, self._workspace.view.slice_index
        made = self._masks.mask(index) if self._workspace.case is not None else None
        steps = {step.name: step for step in made.steps} if made is not None else {}
        self.words.setText(self._words(made))
        self.words.setVisible(bool(self.words.text()))
        # a step that is off stays where it can be switched on again
        always = {LAYER_CAM, EDGES, NEIGHBOURS, CRF, DENSITY}
        there = set(steps) | always | ({U_NET} if not settings.draw else set())
        last = next((step.name for step in reversed(made.steps) if step.on), "") if made is not None else ""
        taken = {
            LAYER_CAM: True,
            EDGES: settings.chain.edges,
            NEIGHBOURS: settings.chain.neighbour_weight > 0,
            LAYERS: settings.chain.layers > 1,
            CRF: settings.chain.crf_weight > 0,
            DENSITY: settings.chain.by_density,
            U_NET: settings.draw,
        }
        pictures = self._pictures(made)
        for name, row in self.rows.items():
            row.setVisible(name in there)
            step = steps.get(name)
            shown = settings.visible and name == (settings.step if settings.step in steps else last)
            row.show_state(pictures.get(name), self._lines(step), on=taken[name], is_shown=shown)
        self.neighbours.setVisible(taken[NEIGHBOURS])
        self.neighbours.set_value(settings.chain.neighbour_weight)
        self.crf.setVisible(taken[CRF])
        self.crf.set_value(settings.chain.crf_weight)
        for slider, value in (
            (self.least_hu, settings.chain.least_hu),
            (self.least_mm2, settings.chain.least_mm2),
            (self.border, settings.chain.border_share),
        ):
            slider.setVisible(taken[DENSITY])
            slider.set_value(value)

    def showEvent(self, event: object) -> None:
        """What changed while it was out of sight."""
        self._soon.request()

    def _pictures(self, made: SliceMask | None) -> dict[str, QImage]:
        case = self._workspace.case
        if case is None or made is None or not made.steps:
            return {}
        hu = case.volume.hu[self._workspace.view.slice_index]
        crop, ratio = crop_of(made.steps), self.devicePixelRatioF()
        return {step.name: step_picture(hu, step, crop, ratio) for step in made.steps}

    def _lines(self, step: ChainStep | None) -> tuple[str, str]:
        if step is None:
            return ("", "")
        spacing = None
        if self._workspace.case is not None:
            spacing = self._workspace.case.volume.geometry.pixel_spacing_mm
        one, unit = (1.0, self.tr("px")) if spacing is None else (spacing[0] * spacing[1], self.tr("mm²"))
        area, lost, leaked = (int(part.sum()) * one for part in (step.mask, step.lost, step.leaked))
        first = f"{area:.0f} {unit}"
        if step.name == LAYER_CAM:
            return (first, "")
        if not step.on:
            return (self.tr("off"), "")
        return (
            first,
            self.tr("lost {lost:.0f}, leaked {leaked:.0f}").format(lost=lost, leaked=leaked),
        )

    def _words(self, made: SliceMask | None) -> str:
        case, settings = self._workspace.case, self._masks.settings
        if case is None or not settings.visible:
            return self.tr("Show the mask to see its steps.")
        if case.prediction is None or not case.prediction.done.all():
            return self.tr("Made once every slice is predicted.")
        if made is None:
            return self.tr("Under way …") if self._masks.waiting else ""
        return "" if made.steps else self.tr("The model flags nothing on this slice, so it has no mask.")
