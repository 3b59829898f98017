"""The reader's boxes of the open series, in the same annotation as the mask: one journal, one undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.subtypes import class_of_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.annotations.annotation import LabelledBox
    from ichcore.annotations.contents import Contents
    from ichcore.annotations.step import Step
    from ichcore.explain.heatmap import Box
    from ichcore.masks.boxes import Rectangle
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import ViewState


class ReaderBoxes(QObject):
    """Every change is one step, named and stored like a stroke.

    What is asked before the annotation is open is done as soon as it is.
    """

    changed = Signal()
    """Boxes are others, or another one is selected."""
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(self, annotating: Annotating, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._annotating, self._view = annotating, view
        self._case: Case | None = None
        self._selected: int | None = None
        self._just_drawn: LabelledBox | None = None
        self._waiting: list[Callable[[Contents], Step]] = []
        annotating.ready_changed.connect(self._ready)
        annotating.history_changed.connect(self._changed)
        annotating.settings_changed.connect(self.changed)
        view.slice_changed.connect(lambda: self.select(None))

    def set_case(self, case: Case | None) -> None:
        """Another series is open."""
        self._case = case
        self._selected = self._just_drawn = None
        self._waiting.clear()

    # what is there

    def on(self, index: int) -> dict[int, LabelledBox]:
        """The boxes of a slice by their numbers; none while the reader's mask is hidden."""
        annotation = self._annotating.annotation
        if annotation is None or not self._annotating.settings.visible:
            return {}
        return {number: box for number, box in annotation.contents.boxes.items() if box.index == index}

    @property
    def selected(self) -> int | None:
        """Number of the selected box of the shown slice."""
        return self._selected if self._selected in self.on(self._view.slice_index) else None

    def select(self, number: int | None) -> None:
        """Select a box, or none."""
        if number != self._selected:
            self._selected = number
            self.changed.emit()

    @property
    def can_take(self) -> bool:
        """Whether the model has a box on the shown slice that the reader has not."""
        return bool(self._offered())

    # steps

    def draw(self, rectangle: Rectangle) -> None:
        """Draw a box of the current label around part of the shown slice, and select it."""
        from ichcore.annotations.annotation import LabelledBox
        from ichcore.masks.edits.origin import Origin

        name = class_of_label(self._annotating.settings.label).name
        box = LabelledBox(self._view.slice_index, name, rectangle, Origin.HUMAN)
        self._add("", (box,))

    def take_over(self) -> None:
        """Have the model's boxes of the shown slice as one's own, to be adjusted."""
        from ichcore.annotations.annotation import LabelledBox
        from ichcore.masks.edits.origin import Origin

        case, offered = self._case, self._offered()
        prediction = None if case is None else case.prediction
        if prediction is None or not offered:
            said = self.tr("The model has no box on this slice that you have not taken over.")
            self.notice_raised.emit("info", said)
            return
        model = f"{prediction.model_name}@{prediction.model_sha256}"
        boxes = (LabelledBox(b.slice_index, b.class_name, b.box, Origin.MODEL, model) for b in offered)
        self._add("Take the model's box", tuple(boxes))

    def _add(self, name: str, boxes: tuple[LabelledBox, ...]) -> None:
        def step(contents: Contents) -> Step:
            from ichcore.annotations.steps import all_boxed

            return all_boxed(contents, boxes, name)

        self._annotating.change(visible=True)
        self._just_drawn = boxes[0]
        self._do(step)

    def reshape(self, number: int, rectangle: Rectangle) -> None:
        """Have a box elsewhere; a model's box is adjusted by that and names its model still."""
        from ichcore.masks.edits.origin import Origin

        self._change(number, "Adjust", lambda box: replace(box, rectangle=rectangle, origin=Origin.HUMAN))

    def relabel_selected(self) -> None:
        """Give the selected box the current label."""
        from ichcore.masks.edits.origin import Origin

        if self.selected is None:
            self.notice_raised.emit("info", self.tr("No box is selected: click one with the box tool."))
        else:
            name = class_of_label(self._annotating.settings.label).name
            self._change(self.selected, "Relabel", lambda box: replace(box, name=name, origin=Origin.HUMAN))

    def _change(self, number: int, verb: str, change: Callable[[LabelledBox], LabelledBox]) -> None:
        annotation = self._annotating.annotation
        box = None if annotation is None else annotation.contents.boxes.get(number)
        if box is None:
            return
        changed = change(box)
        if replace(changed, origin=box.origin) == box:
            return

        def step(contents: Contents) -> Step:
            from ichcore.annotations.steps import boxed

            return boxed(contents, changed, number, verb)

        self._do(step)

    def remove_selected(self) -> bool:
        """Take the selected box away; ``False`` where none is."""
        number = self.selected
        if number is None:
            return False

        def step(contents: Contents) -> Step:
            from ichcore.annotations.steps import unboxed

            return unboxed(contents, number)

        self._do(step)
        return True

    # inside

    def _offered(self) -> tuple[Box, ...]:
        """The model's boxes as they are drawn on the shown slice, without those that the reader has."""
        case, index = self._case, self._view.slice_index
        if case is None:
            return ()
        class_name, boxes = self._view.overlay.class_name, case.boxes(index)
        subtypes = tuple(box for box in boxes if box.class_name != "any")
        if class_name is not None:
            boxes = tuple(box for box in boxes if box.class_name == class_name)
        else:
            boxes = subtypes or boxes
        have = {(box.name, box.rectangle) for box in self.on(index).values()}
        return tuple(box for box in boxes if (box.class_name, box.box) not in have)

    def _do(self, make: Callable[[Contents], Step]) -> None:
        annotation = self._annotating.annotation
        if annotation is not None:
            self._annotating.do(make(annotation.contents))
        elif self._case is not None:
            self._waiting.append(make)
            self._annotating.prepare()

    def _ready(self) -> None:
        if self._annotating.annotation is not None:
            waiting, self._waiting = self._waiting, []
            for make in waiting:
                self._do(make)
        self._changed()

    def _changed(self) -> None:
        drawn = self._just_drawn
        if drawn is not None:
            numbers = [n for n, box in self.on(self._view.slice_index).items() if box == drawn]
            if numbers:
                self._selected, self._just_drawn = numbers[-1], None
        self.changed.emit()
