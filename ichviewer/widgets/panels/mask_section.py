"""The weak mask: shown or not, from which activation on, how it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.slider import LabelledSlider
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.key_labels import KeyLabels
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ichviewer.documents.workspace import Workspace


class MaskSection(Section):
    """Writes to and shows the settings of the weak mask."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Weak mask"), parent)
        self._workspace, self._masks = workspace, workspace.inference.masks
        self.visible_switch = Switch(self.tr("Show the mask"), self.content)
        self.threshold = LabelledSlider(
            self.tr("Threshold"), 0.05, 0.95, step=0.01, decimals=2, parent=self.content
        )
        self.opacity = LabelledSlider(
            self.tr("Filling"), 0.0, 1.0, step=0.01, suffix=" %", scale=100.0, parent=self.content
        )
        self.changes = Switch(self.tr("Tint what the step lost and leaked"), self.content)
        for widget in (self.visible_switch, self.threshold, self.opacity, self.changes):
            self.body.addWidget(widget)
        self.body.addWidget(
            wrapped(
                "small",
                self.content,
                self.tr(
                    "Made of where the model looked; no drawing taught it. Slices that the model does not "
                    "flag have none. Hatched: / yellow was lost by the step shown, \\ blue leaked in."
                ),
            )
        )
        self._soon = Soon(self.refresh, self)
        masks = self._masks
        self.visible_switch.toggled.connect(lambda on: masks.change(visible=on))
        self.changes.toggled.connect(lambda on: masks.change(changes=on))
        self.threshold.changed.connect(lambda value: masks.change(threshold=value))
        self.opacity.changed.connect(lambda value: masks.change(opacity=value))
        masks.settings_changed.connect(self._soon.request)
        KeyLabels(workspace.settings, {"view.mask": self.visible_switch.set_key}, self)
        self.refresh()

    def refresh(self) -> None:
        """Show the settings."""
        settings = self._masks.settings
        self.visible_switch.set_quietly(settings.visible)
        self.changes.set_quietly(settings.changes)
        self.threshold.set_value(settings.chain.threshold)
        self.opacity.set_value(settings.opacity)
