"""How activation is computed and drawn over the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup, QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QWidget

from ichcore.explain.method import SLOW_METHODS, TITLES, WITH_CONTEXT
from ichcore.subtypes import CLASSES
from ichviewer.documents.view_state import Display
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.flow import FlowLayout
from ichviewer.widgets.controls.ink import class_colour
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.slider import LABEL_WIDTH, LabelledSlider
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.colour_maps import COLOUR_MAPS, swatch_icon
from ichviewer.widgets.panels.flagged_section import dot_icon
from ichviewer.widgets.panels.key_labels import KeyLabels
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ichviewer.documents.workspace import Workspace

Choice = tuple[object, str, QIcon | None]
"""Value, text and icon of a menu entry."""


class OverlaySection(Section):
    """Writes to and shows the view's overlay settings."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Overlay"), parent)
        self._workspace = workspace
        self.visible_switch = Switch(self.tr("Show activation"), self.content)
        self.methods = {name: Chip(text, "", self.content) for name, text in TITLES.items()}
        self.layer = Chip("", "", self.content)
        self.class_chip = Chip("", "", self.content)
        self.colour_map = Chip("", "", self.content)
        self.opacity = LabelledSlider(
            self.tr("Opacity"), 0.0, 1.0, step=0.01, suffix=" %", scale=100.0, parent=self.content
        )
        self.threshold = LabelledSlider(
            self.tr("Threshold"), 0.0, 0.95, step=0.01, decimals=2, parent=self.content
        )
        self.boxes = Switch(self.tr("Box around activation"), self.content)
        self.raw_grid = Switch(self.tr("Raw grid of the layer"), self.content)
        self.model_input = Switch(self.tr("What the model saw"), self.content)
        self._build()
        self._soon = Soon(self.refresh, self)
        self._connect()
        self.refresh()

    def _build(self) -> None:
        self.body.addWidget(self.visible_switch)
        methods = QWidget(self.content)
        flow = FlowLayout(methods)
        for chip in self.methods.values():
            chip.setCheckable(True)
            flow.addWidget(chip)
        self.body.addWidget(methods)
        for label, widget in (
            (self.tr("Layer"), self.layer),
            (self.tr("Class"), self.class_chip),
            (self.tr("Colours"), self.colour_map),
        ):
            self.body.addLayout(self._row(label, widget))
        for chip in (self.layer, self.class_chip, self.colour_map):
            chip.set_menu(QMenu(self), only=True)
        self.body.addWidget(self.opacity)
        self.body.addWidget(self.threshold)
        self.body.addWidget(self.boxes)
        self.body.addWidget(self.raw_grid)
        self.body.addWidget(self.model_input)
        note = wrapped("small", self.content)
        note.setText(
            self.tr(
                "Activation shows where the model looked; it is not a probability. It is scaled to each "
                "slice's own maximum, and a class below its threshold shows none."
            )
        )
        note.setContentsMargins(0, 4, 0, 0)
        self.body.addWidget(note)

    def _row(self, label: str, widget: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        text = QLabel(label, self.content)
        text.setFixedWidth(LABEL_WIDTH)
        row.addWidget(text)
        row.addWidget(widget)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        view = self._workspace.view
        self.visible_switch.toggled.connect(lambda on: view.change_overlay(visible=on))
        self.boxes.toggled.connect(lambda on: view.change_overlay(boxes=on))
        self.raw_grid.toggled.connect(lambda on: view.change_overlay(raw_grid=on))
        self.model_input.toggled.connect(
            lambda on: view.set_display(Display.MODEL_INPUT if on else Display.GREY)
        )
        self.opacity.changed.connect(lambda value: view.change_overlay(opacity=value))
        self.threshold.changed.connect(lambda value: view.change_overlay(threshold=value))
        for name, chip in self.methods.items():
            chip.clicked.connect(self._setter("method", name))
        view.overlay_changed.connect(self._soon.request)
        view.display_changed.connect(self._soon.request)
        self._workspace.models.shown_changed.connect(self._soon.request)
        self._workspace.inference.layers_changed.connect(self._soon.request)
        self._workspace.case_changed.connect(self._soon.request)
        KeyLabels(
            self._workspace.settings,
            {
                "view.overlay": self.visible_switch.set_key,
                "view.boxes": self.boxes.set_key,
                "view.raw_grid": self.raw_grid.set_key,
                "view.model_input": self.model_input.set_key,
            },
            self,
        )

    def _setter(self, field: str, value: object) -> Callable[[], None]:
        def choose() -> None:
            self._workspace.view.change_overlay(**{field: value})
            self.refresh()

        return choose

    def refresh(self) -> None:
        """Show the view's overlay settings."""
        view = self._workspace.view
        overlay, card = view.overlay, self._workspace.models.card
        self.visible_switch.set_quietly(overlay.visible)
        self.boxes.set_quietly(overlay.boxes)
        self.raw_grid.set_quietly(overlay.raw_grid)
        self.model_input.set_quietly(view.display is Display.MODEL_INPUT)
        self.model_input.setEnabled(card is not None and self._workspace.case is not None)
        self._show_methods()
        self.opacity.set_value(overlay.opacity)
        self.threshold.set_value(overlay.threshold)
        self._show_layers()
        classes: list[Choice] = [(None, self.tr("all positive"), None)]
        predicted = card.classes if card is not None else CLASSES
        classes += [(name, name, dot_icon(class_colour(CLASSES.index(name)))) for name in predicted]
        self._fill(self.class_chip, "class_name", overlay.class_name, classes)
        maps: list[Choice] = [(name, self._map_text(name), swatch_icon(name)) for name in COLOUR_MAPS]
        # several classes are told apart by their own colours, whatever map was chosen for one
        joint = overlay.class_name is None
        self._fill(self.colour_map, "colour_map", "class" if joint else overlay.colour_map, maps)
        self.colour_map.setEnabled(not joint)
        self.colour_map.setToolTip(
            self.tr("Classes drawn jointly have their own colours; choose one class for another map")
            if joint
            else ""
        )

    def _map_text(self, name: str) -> str:
        return self.tr("class colours") if name == "class" else name

    def _show_methods(self) -> None:
        """The method that is used; one that the model does not define cannot be chosen for it."""
        layers = self._workspace.inference.cam_layers
        used = self._method()
        for name, chip in self.methods.items():
            defined = layers is None or name in layers.methods
            chip.setChecked(name == used)
            chip.setEnabled(defined)
            tip = ""
            if name in SLOW_METHODS:
                tip = self.tr("Asks the network once a channel: seconds a slice")
            elif name in WITH_CONTEXT:
                tip = self.tr("Hears the neighbouring slices that are flagged for the same class, too")
            chip.setToolTip(
                tip if defined else self.tr("Not defined for this model: no linear layer gives its classes")
            )

    def _method(self) -> str:
        wanted, layers = self._workspace.view.overlay.method, self._workspace.inference.cam_layers
        return wanted if layers is None else layers.method_for(wanted)

    def _show_layers(self) -> None:
        overlay, layers = self._workspace.view.overlay, self._workspace.inference.cam_layers
        choices: list[Choice] = [(None, self.tr("the model's default"), None)]
        if layers is not None:
            choices = [(None, self.tr("{layer} (default)").format(layer=layers.default), None)]
            choices += [(name, name, None) for name in reversed(layers.names) if name != layers.default]
        # CAM is defined on the layer before the global average only
        fixed = self._method() == "cam"
        self._fill(self.layer, "layer", None if fixed else overlay.layer, choices)
        self.layer.setEnabled(not fixed and len(choices) > 1)
        if fixed:
            tip = self.tr("CAM is read from the layer before the global average only")
        else:
            tip = self.tr("Known once the model is loaded, with the first prediction") if not layers else ""
        self.layer.setToolTip(tip)

    def _fill(self, chip: Chip, field: str, value: object, choices: Sequence[Choice]) -> None:
        shown_text = next((text for choice, text, _ in choices if choice == value), str(value))
        chip.setText(shown_text)
        menu = chip.menu()
        if menu is None or menu.isVisible():
            return
        menu.clear()
        group = QActionGroup(menu)
        for choice, text, icon in choices:
            action = menu.addAction(text)
            if icon is not None:
                action.setIcon(icon)
            action.setCheckable(True)
            group.addAction(action)
            action.setChecked(choice == value)
            action.triggered.connect(self._setter(field, choice))
