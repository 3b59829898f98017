"""The annotator's bench: tools, labels, brush, range of HU, commands, and how much the mask holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ichcore.subtypes import HEMORRHAGE_CLASSES, UNSTATED_LABEL
from ichviewer.actions.mask_actions import LABEL_NAMES
from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.documents.edit_settings import LARGEST_MM, SMALLEST_MM, Overwrite
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.flow import FlowLayout
from ichviewer.widgets.controls.label_chip import LabelChip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.slider import LabelledSlider
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.controls.tool_button import TOOL_SIGNS, ToolButton
from ichviewer.widgets.panels.gate_editor import GateEditor
from ichviewer.widgets.panels.key_labels import KeyLabels
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace

TOOLS = {
    "brush": Tool.BRUSH,
    "eraser": Tool.ERASER,
    "scribble": Tool.SCRIBBLE,
    "lasso": Tool.LASSO,
    "polygon": Tool.POLYGON,
    "fill": Tool.FILL,
    "level_trace": Tool.LEVEL_TRACE,
    "region_grow": Tool.REGION_GROW,
    "relabel": Tool.RELABEL,
    "drop_island": Tool.DROP_ISLAND,
    "box": Tool.BOX,
}
COMMAND_CHIPS = (
    "refine",
    "grow",
    "shrink",
    "smooth",
    "fill_holes",
    "keep_largest",
    "drop_small",
    "interpolate",
    "clear_slice",
)
SHORT_NAMES = {c.label: c.short for c in HEMORRHAGE_CLASSES if c.label} | {UNSTATED_LABEL: "ICH"}
"""Of the labels; hemorrhage of unstated subtype is the abbreviation of all of them."""
COLOURS = {c.label: QColor(c.colour) for c in HEMORRHAGE_CLASSES if c.label} | {
    UNSTATED_LABEL: QColor(HEMORRHAGE_CLASSES[0].colour)
}


class EditSection(Section):
    """Writes to and shows the settings of the annotation."""

    action_requested = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Edit"), parent)
        self._workspace, self._annotating = workspace, workspace.annotating
        self.tools = {name: ToolButton(name, name, self.content) for name in TOOL_SIGNS}
        self.labels = {
            label: LabelChip(SHORT_NAMES[label], name, COLOURS[label], self.content)
            for label, name in LABEL_NAMES.items()
        }
        self.take = Chip(self.tr("Take the model's mask"), "", self.content)
        self.take_slice = Chip(self.tr("of this slice"), "", self.content)
        self.take_box = Chip(self.tr("Take the model's box"), "", self.content)
        self.label_box = Chip(self.tr("Relabel box"), "", self.content)
        self.mine = Switch(self.tr("My mask, not the model's"), self.content)
        self.width_mm = self._slider(self.tr("Brush mm"), 2 * SMALLEST_MM, 2 * LARGEST_MM, 0.5, 1, "")
        self.hardness = self._slider(self.tr("Hardness"), 0.0, 1.0, 0.05, 0, " %", 100.0)
        self.ball = Switch(self.tr("Ball through the slices"), self.content)
        self.gate = Switch(self.tr("Only a range of HU"), self.content)
        self.range = GateEditor(workspace, self.content)
        self.over = {
            Overwrite.ALL: Chip(self.tr("all"), "", self.content),
            Overwrite.UNNAMED: Chip(self.tr("unnamed"), "", self.content),
            Overwrite.BACKGROUND: Chip(self.tr("background"), "", self.content),
        }
        self.whole = Switch(self.tr("Commands on all slices"), self.content)
        self.margin = self._slider(self.tr("Edge mm"), 0.5, 10.0, 0.5, 1, "")
        self.island = self._slider(self.tr("Min mm²"), 1.0, 200.0, 1.0, 0, "")
        self.commands = {name: Chip(self._command_name(name), "", self.content) for name in COMMAND_CHIPS}
        self.amount = wrapped("small", self.content)
        self.margin.setToolTip(self.tr("Grow and shrink move the border by so much; smooth looks as wide"))
        self.island.setToolTip(self.tr("Smaller pieces are dropped; on all slices mm³"))
        self.width_mm.setToolTip(self.tr("Diameter of the brush"))
        self._place()
        self._connect()
        self._soon = Soon(self.refresh, self)
        for signal in (
            self._annotating.settings_changed,
            self._annotating.history_changed,
            self._annotating.ready_changed,
            workspace.view.tool_changed,
            workspace.view.slice_changed,
            workspace.boxes.changed,
            workspace.case_changed,
            workspace.busy_changed,
        ):
            signal.connect(self._soon.request)
        self._show_keys()
        self.refresh()

    def _slider(
        self, text: str, low: float, high: float, step: float, decimals: int, unit: str, scale: float = 1.0
    ) -> LabelledSlider:
        return LabelledSlider(
            text, low, high, step=step, decimals=decimals, suffix=unit, scale=scale, parent=self.content
        )

    def _place(self) -> None:
        taking = self._row(4, self.take, self.take_slice)
        taking.addStretch(1)
        self.body.addWidget(self.mine)
        self._row(1, *(button for name, button in self.tools.items() if name != "box"))
        boxes = self._row(4, self.tools["box"], self.take_box, self.label_box)
        boxes.addStretch(1)
        self._row(4, *self.labels.values())
        for widget in (
            self.width_mm,
            self.hardness,
            self.ball,
            self.gate,
            self.range,
        ):
            self.body.addWidget(widget)
        over = self._row(4, QLabel(self.tr("Paint over"), self.content), *self.over.values())
        over.setStretch(0, 1)
        for widget in (self.whole, self.margin, self.island):
            self.body.addWidget(widget)
        flow = QWidget(self.content)
        chips = FlowLayout(flow)
        for chip in self.commands.values():
            chips.addWidget(chip)
        self.body.addWidget(flow)
        self.body.addWidget(self.amount)

    def _row(self, spacing: int, *widgets: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(spacing)
        for widget in widgets:
            row.addWidget(widget)
        self.body.addLayout(row)
        return row

    def _connect(self) -> None:
        change = self._annotating.change
        for name, button in self.tools.items():
            button.clicked.connect(lambda _=False, name=name: self._ask(f"tool.{name}"))
        for label, chip in self.labels.items():
            chip.clicked.connect(lambda _=False, label=label: self._set(label=label))
        for name, command in self.commands.items():
            command.clicked.connect(lambda _=False, name=name: self._ask(f"mask.{name}"))
        for over, choice in self.over.items():
            choice.setCheckable(True)
            choice.clicked.connect(lambda _=False, over=over: self._set(over=over))
        self.take.clicked.connect(lambda: self._ask("mask.take_model"))
        self.take_slice.clicked.connect(lambda: self._ask("mask.take_model_slice"))
        self.mine.toggled.connect(lambda on: change(visible=on))
        self.take_box.clicked.connect(lambda: self._ask("mask.take_box"))
        self.label_box.clicked.connect(lambda: self._ask("mask.label_box"))
        self.ball.toggled.connect(lambda on: change(ball=on))
        self.gate.toggled.connect(lambda on: change(gated=on))
        self.whole.toggled.connect(lambda on: change(whole_series=on))
        self.width_mm.changed.connect(lambda value: change(radius=value / 2))
        self.hardness.changed.connect(lambda value: change(hardness=min(max(value, 0.0), 1.0)))
        self.range.action_requested.connect(self._ask)
        self.margin.changed.connect(lambda value: change(margin_mm=value))
        self.island.changed.connect(lambda value: change(island_mm2=value))

    def _ask(self, identifier: str) -> None:
        self.action_requested.emit(identifier)
        self._soon.request()  # a button that was pressed shows what is so, not that it was pressed

    def _set(self, **changes: object) -> None:
        self._annotating.change(**changes)
        self._soon.request()

    @staticmethod
    def _command_name(name: str) -> str:
        return BY_IDENTIFIER[f"mask.{name}"].text

    def _show_keys(self) -> None:
        """Write the keys on what they press."""
        writers: dict[str, Callable[[str], None]] = {
            "mask.take_model": self.take.setToolTip,
            "mask.take_model_slice": self.take_slice.setToolTip,
            "mask.take_box": _tip_writer(self.take_box, BY_IDENTIFIER["mask.take_box"].text),
            "mask.label_box": _tip_writer(self.label_box, BY_IDENTIFIER["mask.label_box"].text),
            "mask.mine": self.mine.set_key,
            "mask.ball": self.ball.set_key,
            "mask.gate": self.gate.set_key,
            "mask.whole_series": self.whole.set_key,
        }
        for tool, button in self.tools.items():
            spec = BY_IDENTIFIER[f"tool.{tool}"]
            button.setAccessibleName(spec.text)
            writers[spec.identifier] = _tip_writer(button, spec.text, f": {spec.tip}")
        chips = self.commands | {"gate_from_tip": self.range.from_tip, "gate_from_mask": self.range.from_mask}
        for command, chip in chips.items():
            spec = BY_IDENTIFIER[f"mask.{command}"]
            writers[spec.identifier] = _tip_writer(chip, spec.text)
        KeyLabels(self._workspace.settings, writers, self)

    def refresh(self) -> None:
        """Show the settings and how much the mask holds."""
        if not self.isVisible():
            return  # refreshed as it comes into sight
        settings, tool = self._annotating.settings, self._workspace.view.tool
        for name, button in self.tools.items():
            button.setChecked(TOOLS[name] is tool)
        for label, chip in self.labels.items():
            chip.setChecked(label == settings.label)
        for over, choice in self.over.items():
            choice.setChecked(over is settings.over)
        self.mine.set_quietly(settings.visible)
        self.ball.set_quietly(settings.ball)
        self.gate.set_quietly(settings.gated)
        self.whole.set_quietly(settings.whole_series)
        self.width_mm.set_value(2 * settings.radius)
        self.hardness.set_value(settings.hardness)
        self.range.refresh()
        self.margin.set_value(settings.margin_mm)
        self.island.set_value(settings.island_mm2)
        self.range.setVisible(settings.gated)
        case = self._workspace.case
        predicted = case is not None and case.prediction is not None and bool(case.prediction.done.all())
        self.take.setEnabled(predicted)
        self.take_slice.setEnabled(predicted)
        self.take_box.setEnabled(predicted)
        self.label_box.setEnabled(self._workspace.boxes.selected is not None)
        voxel_ml = self._voxel_ml()
        self.amount.setText(self._words(voxel_ml))
        self.set_aside(self._total(voxel_ml))

    def showEvent(self, event: object) -> None:
        """What changed while it was out of sight."""
        self._soon.request()

    def _voxel_ml(self) -> float | None:
        """What a voxel holds; ``None`` where volumes are withheld."""
        case = self._workspace.case
        if case is None or not case.volume.geometry.supports_volumes:
            return None
        geometry = case.volume.geometry
        spacing, step = geometry.pixel_spacing_mm, geometry.spacing_between_slices_mm
        if spacing is None or step is None:
            return None
        return spacing[0] * spacing[1] * step / 1000.0

    def _total(self, voxel: float | None) -> str:
        total = int(self._annotating.counts[1:].sum())
        if not self._annotating.exists:
            return ""
        return f"{total * voxel:.1f} mL" if voxel is not None else self.tr("{0} voxels").format(total)

    def _words(self, voxel: float | None) -> str:
        counts = self._annotating.counts
        if not self._annotating.exists:
            return self.tr("Nothing is drawn yet: take the model's mask, or paint.")
        parts = []
        for label, short in SHORT_NAMES.items():
            count = int(counts[label])
            if count:
                parts.append(f"{short} {count * voxel:.1f} mL" if voxel is not None else f"{short} {count}")
        return " · ".join(parts) if parts else self.tr("The mask is empty.")


def _tip_writer(widget: QWidget, text: str, more: str = "") -> Callable[[str], None]:
    """Writes a key behind the name of what it presses."""
    return lambda key: widget.setToolTip(f"{text} ({key}){more}" if key else f"{text}{more}")
