"""The menu of the Learned window chip: channel, sigmoid or linear, colour composite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ichcore.volume.window import Transfer
from ichviewer.documents.view_state import Display

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace


class LearnedMenu(QMenu):
    """Built anew each time it opens, since windows come and go with the model."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.aboutToShow.connect(self.rebuild)
        self.rebuild()

    def rebuild(self) -> None:
        """List the model's channels as they are now."""
        self.clear()
        view = self._workspace.view
        channels = QActionGroup(self)
        for number in range(len(view.learned_windows)):
            action = self._checkable(self._channel_text(number), channels)
            action.setEnabled(view.learned_windows[number] is not None)
            action.setChecked(view.learned_on and number == view.learned_channel)
            action.triggered.connect(self._channel_chooser(number))
        if not view.learned_windows:
            self.addAction(self.tr("This model has no learned window")).setEnabled(False)
            return
        self.addSeparator()
        transfers = QActionGroup(self)
        sigmoid = self._checkable(self.tr("True sigmoid"), transfers)
        linear = self._checkable(self.tr("Linear approximation (WL/WW)"), transfers)
        is_linear = view.learned_on and view.window.transfer is not Transfer.SIGMOID
        sigmoid.setChecked(not is_linear)
        linear.setChecked(is_linear)
        sigmoid.triggered.connect(lambda: view.choose_learned_channel(view.learned_channel, Transfer.SIGMOID))
        linear.triggered.connect(lambda: view.choose_learned_channel(view.learned_channel, Transfer.LINEAR))
        self.addSeparator()
        composite = self._checkable(self.tr("Colour composite of the channels"), None)
        composite.setChecked(view.display is Display.COMPOSITE)
        composite.setEnabled(any(window is not None for window in view.learned_windows))
        composite.triggered.connect(lambda on: view.set_display(Display.COMPOSITE if on else Display.GREY))

    def _checkable(self, text: str, group: QActionGroup | None) -> QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        if group is not None:
            group.addAction(action)
        return action

    def _channel_chooser(self, number: int) -> Callable[[], None]:
        def choose() -> None:
            view = self._workspace.view
            transfer = view.window.transfer if view.learned_on else Transfer.SIGMOID
            view.choose_learned_channel(number, transfer)

        return choose

    def _channel_text(self, number: int) -> str:
        window = self._workspace.view.learned_windows[number]
        card = self._workspace.models.card
        record = card.windows[number] if card is not None and number < len(card.windows) else None
        if window is None:
            name = record.name if record is not None else ""
            return self.tr("Channel {number} · {name} · degenerate, no window").format(
                number=number + 1, name=name
            )
        text = self.tr("Channel {number} · {level:.0f}/{width:.0f}").format(
            number=number + 1, level=window.center, width=window.width
        )
        if record is not None:
            text += self.tr("   from {name} {level:g}/{width:g}").format(
                name=record.name, level=record.initial_wl, width=record.initial_ww
            )
        return text
