"""The top bar: which case, which views, the learned window, overlay, tools and model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ichviewer.actions.table import GROUPS
from ichviewer.documents.person_name import readable_name
from ichviewer.documents.view_state import Display, Layout
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.ink import blend, ink, sized
from ichviewer.widgets.model_menu import ModelMenu
from ichviewer.widgets.panels.learned_menu import LearnedMenu
from ichviewer.widgets.panels.model_words import readable, what_it_is, what_it_says

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichviewer.actions.book import ActionBook
    from ichviewer.documents.workspace import Workspace

HEIGHT = 48
TOOLS = ("tool.distance", "tool.angle", "tool.ellipse", "tool.rectangle")
WIDEST_NAME = 190
"""Room of the model's name, px; the menu tells long ones whole."""
MODEL_ACTIONS = ("model.next", "model.card", "model.predict")
POINTERS = ("tool.window", "tool.pan", "tool.zoom")


class CaseChip(QWidget):
    """What is open, in one line; text that does not fit is elided."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._rest = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(72)

    def set_texts(self, name: str, rest: str) -> None:
        """Show a name and, quieter, what else there is to say."""
        self._name, self._rest = name, rest
        self.setToolTip(f"{name}{rest}")
        self.setAccessibleName(f"{name}{rest}")
        self.setVisible(bool(name or rest))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._name + self._rest) + 22, 28)

    def paintEvent(self, _: QPaintEvent) -> None:
        """A thin frame, the name in full colour, the rest muted."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, metrics = ink(), self.fontMetrics()
        painter.setPen(colours.strong_line)
        painter.setBrush(colours.raised)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        area = self.rect().adjusted(10, 0, -10, -1)
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(colours.text)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, name)
        area.setLeft(area.left() + metrics.horizontalAdvance(name))
        rest = metrics.elidedText(self._rest, Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(colours.muted)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, rest)


class Wordmark(QToolButton):
    """The program's name; opens the menu that holds every action."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("ichviewer")
        self.setProperty("role", "quiet")
        self.setFont(sized(self.font(), 14, weight=QFont.Weight.DemiBold))
        self.setStyleSheet("font-size: 14px; font-weight: 600; padding: 4px 6px;")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(self.tr("Menu (F10)"))
        self.setAccessibleName(self.tr("Menu"))


class TopBar(QWidget):
    """Derives its buttons and menus from the actions; shows the state of the documents."""

    def __init__(self, workspace: Workspace, actions: ActionBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._actions = actions
        self.setFixedHeight(HEIGHT)
        self._wordmark = Wordmark(self)
        self._wordmark.setMenu(self._main_menu())
        self._case = CaseChip(self)
        self._one_up = Chip(self.tr("1-up"), parent=self)
        self._one_up.setCheckable(True)
        self._four_up = self._button("view.four_up", self.tr("4-up"))
        self._learned = self._button("view.learned", self.tr("Learned window"), accent=True)
        self._overlay = self._button("view.overlay", self.tr("Overlay"))
        self._box = self._button("view.boxes", self.tr("Box"))
        self._measure = Chip(self.tr("Measure"), parent=self)
        self._model = Chip("", parent=self)
        self._palette = self._button("help.palette", self.tr("Search"))
        self._learned.set_menu(LearnedMenu(workspace, self))
        self._measure.set_menu(self._measure_menu(), only=True)
        self.model_menu = ModelMenu(workspace, [actions[name] for name in MODEL_ACTIONS], self)
        self._model.set_menu(self.model_menu, only=True)
        self._one_up.clicked.connect(self._show_one_up)

        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._wordmark)
        row.addWidget(self._case)
        row.addStretch(1)
        for button in (self._one_up, self._four_up):
            row.addWidget(button)
        row.addSpacing(4)
        for button in (self._learned, self._overlay, self._box, self._measure):
            row.addWidget(button)
        row.addSpacing(4)
        for button in (self._model, self._palette):
            row.addWidget(button)

        view = workspace.view
        for signal in (view.learned_changed, view.overlay_changed, view.layout_changed, view.display_changed):
            signal.connect(self.refresh)
        for signal in (workspace.case_changed, workspace.catalogue_changed, workspace.models.shown_changed):
            signal.connect(self.refresh)
        workspace.models.changed.connect(self._name_model)
        workspace.models.shown_changed.connect(self._name_model)
        workspace.settings.changed.connect(self._setting_changed)
        view.tool_changed.connect(self.refresh)
        self._name_model()
        self.refresh()

    def open_menu(self) -> None:
        """Open the menu that holds every action (F10)."""
        self._wordmark.showMenu()

    def refresh(self) -> None:
        """Show the documents' state."""
        workspace, view = self._workspace, self._workspace.view
        case = workspace.case
        self._case.set_texts(*self._case_texts())
        self._one_up.setChecked(view.layout is Layout.ONE_UP and case is not None)
        self._one_up.setEnabled(case is not None)
        self._measure.setEnabled(case is not None)
        special = view.display is Display.COMPOSITE
        text = self.tr("Learned colours") if special else self.tr("Learned window")
        self._learned.setText(text)
        tool = next((a for a in map(self._actions.__getitem__, TOOLS) if a.isChecked()), None)
        self._measure.setText(tool.text() if tool is not None else self.tr("Measure"))
        for identifier, chip in self._linked.items():
            action = self._actions[identifier]
            chip.setEnabled(action.isEnabled())
            chip.setChecked(action.isChecked() and action.isEnabled())
        if special:
            self._learned.setChecked(True)

    # parts

    _linked: dict[str, Chip]

    def _button(self, identifier: str, text: str, *, accent: bool = False) -> Chip:
        action = self._actions[identifier]
        keys = self._actions.keys(identifier)
        chip = Chip(text, keys[0] if keys else "", self, accent=accent)
        chip.setCheckable(action.isCheckable())
        chip.setToolTip(action.toolTip())
        chip.setAccessibleName(action.text())
        chip.clicked.connect(lambda: self._press(identifier))
        action.changed.connect(self._schedule)
        if not hasattr(self, "_linked"):
            self._linked = {}
        self._linked[identifier] = chip
        return chip

    def _schedule(self) -> None:
        """An action was enabled, checked or rebound."""
        for identifier, chip in self._linked.items():
            action = self._actions[identifier]
            chip.setEnabled(action.isEnabled())
            chip.setChecked(action.isChecked() and action.isEnabled())
            chip.setToolTip(action.toolTip())

    def _press(self, identifier: str) -> None:
        self._actions.run(identifier)
        self.refresh()

    def _show_one_up(self) -> None:
        self._workspace.view.set_layout(Layout.ONE_UP)
        self.refresh()

    def _setting_changed(self, name: str) -> None:
        if name == "key_bindings":
            for identifier, chip in self._linked.items():
                keys = self._actions.keys(identifier)
                chip.set_key(keys[0] if keys else "")

    # menus

    def _main_menu(self) -> QMenu:
        menu = QMenu(self)
        for group in GROUPS:
            sub = menu.addMenu(self.tr(group))
            self._add(sub, [spec for spec, _ in self._actions.of_group(group)])
        return menu

    def _add(self, menu: QMenu, identifiers: Iterable[str]) -> None:
        for identifier in identifiers:
            menu.addAction(self._actions[identifier])

    def _measure_menu(self) -> QMenu:
        menu = QMenu(self)
        self._add(menu, TOOLS)
        menu.addSeparator()
        self._add(menu, POINTERS)
        menu.addSeparator()
        self._add(menu, ("edit.undo", "edit.redo"))
        return menu

    def _name_model(self) -> None:
        """The chip says which model is shown, and how many more are in use."""
        workspace = self._workspace
        name = readable(workspace.models.shown) or self.tr("no model")
        name = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, WIDEST_NAME)
        more = len(workspace.models.ticked) - 1
        self._model.setText(f"{name}  +{more}" if more > 0 else name)
        card = workspace.models.card
        self._model.setToolTip(
            f"{what_it_is(card)}\n{what_it_says(card)}" if card else self.tr("No model is installed")
        )

    def _case_texts(self) -> tuple[str, str]:
        workspace = self._workspace
        case = workspace.case
        if case is None:
            return (
                (workspace.path.name, "")
                if workspace.path and not workspace.view.identity_hidden
                else ("", "")
            )
        identity = case.volume.identity
        slices = self.tr("{0} slices").format(case.volume.shape[0])
        what = identity.series_description or identity.study_description or identity.modality
        if workspace.view.identity_hidden:
            return self.tr("Identity hidden"), f"  ·  {slices}"
        name = identity.patient_id or readable_name(identity.patient_name)
        who = name or (workspace.path.name if workspace.path else "")
        rest = "".join(f"  ·  {part}" for part in (what, slices) if part)
        return (who, rest) if who else (what or self.tr("Series"), f"  ·  {slices}")

    def paintEvent(self, _: QPaintEvent) -> None:
        """The panel's ground with a line below."""
        painter, colours = QPainter(self), ink()
        painter.fillRect(self.rect(), colours.panel)
        painter.setPen(blend(colours.panel, colours.line, 1.0))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
