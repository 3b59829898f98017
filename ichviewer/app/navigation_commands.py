"""What the actions of the Navigate menu do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ichcore.subtypes import SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas import ImageArea

PAGE = 5


class NavigationCommands(QObject):
    """Handlers that move through the slices."""

    def __init__(self, workspace: Workspace, image: ImageArea, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._view = workspace.view
        self._image = image

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Handlers by action identifier."""
        view = self._view
        return {
            "slice.next": partial(self.step, 1),
            "slice.previous": partial(self.step, -1),
            "slice.page_next": partial(self.step, PAGE),
            "slice.page_previous": partial(self.step, -PAGE),
            "slice.first": partial(view.go_to_slice, 0),
            "slice.last": lambda: view.go_to_slice(view.slices - 1),
            "slice.cine": self.toggle_cine,
            "slice.next_flagged": partial(self.flagged, 1),
            "slice.previous_flagged": partial(self.flagged, -1),
            **{f"slice.next_{name}": partial(self.flagged, 1, name) for name in SUBTYPES},
            **{f"slice.previous_{name}": partial(self.flagged, -1, name) for name in SUBTYPES},
        }

    def step(self, by: int) -> None:
        """Move by some slices; a reader who steps has seen enough of the cine."""
        self._image.set_cine(False)
        self._view.step(by)

    def flagged(self, direction: int, class_name: str | None = None) -> None:
        """Go to the next or previous flagged slice, or say that there is none."""
        case = self._workspace.case
        if case is None:
            return
        self._image.set_cine(False)
        index = case.next_flagged(self._view.slice_index, direction, class_name)
        if index is None:
            what = class_name or self.tr("any class")
            self._workspace.notice_raised.emit("info", self.tr("No slice is flagged for {0}.").format(what))
        else:
            self._view.go_to_slice(index)

    def toggle_cine(self) -> None:
        """Play or stop."""
        self._image.set_cine(not self._image.cine_playing)
