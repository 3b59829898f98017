"""The reader's boxes are kept like strokes, exported, imported, and count when a slice is finished."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ichcore.annotations.contents import Contents
from ichcore.annotations.judging import finished
from ichcore.annotations.slice_labels import boxed_only, slice_labels
from ichcore.export.exporting import export
from ichcore.export.importing import imported, read_labels
from ichcore.export.material import Material
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import CLASSES
from ichcore.volume import Volume
from ichviewer.documents.workspace import Workspace


def ready(room: Workspace, qtbot: Any) -> None:
    room.annotating.prepare()
    qtbot.waitUntil(lambda: room.annotating.annotation is not None, timeout=20_000)


def rectangles(room: Workspace, index: int) -> list[tuple[int, int, int, int]]:
    return [box.rectangle for box in room.boxes.on(index).values()]


def test_a_box_alone_leaves_the_models_mask_on_screen(
    room: Workspace, tiny_volume: Volume, qtbot: Any
) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    room.boxes.draw((40, 20, 60, 44))
    qtbot.waitUntil(lambda: bool(room.annotating.names), timeout=20_000)
    assert not room.annotating.shown
    assert room.annotating.begin(2, 30.0, 30.0, 1.0, erase=False)
    assert room.annotating.shown
    room.annotating.end_stroke()
    qtbot.waitUntil(lambda: room.annotating.saved)


def test_boxes_drawn_before_the_store_is_open_are_kept_undone_and_there_again(
    room: Workspace, tiny_volume: Volume, qtbot: Any, tmp_path: Path
) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    room.view.go_to_slice(3)
    room.annotating.change(label=5)
    room.boxes.draw((40, 20, 60, 44))
    qtbot.waitUntil(lambda: rectangles(room, 3) == [(40, 20, 60, 44)], timeout=20_000)
    number = room.boxes.selected
    assert number is not None
    room.boxes.reshape(number, (40, 20, 66, 44))
    qtbot.waitUntil(lambda: room.annotating.saved)
    room.boxes.reshape(number, (40, 20, 66, 44))
    qtbot.waitUntil(lambda: room.annotating.saved)
    assert room.annotating.names == ("Draw box SDH", "Adjust box SDH"), "what is as it was is no step"

    room.show_volume(tiny_volume)
    assert rectangles(room, 3) == []
    ready(room, qtbot)
    assert rectangles(room, 3) == [(40, 20, 66, 44)]
    room.undo()
    qtbot.waitUntil(lambda: rectangles(room, 3) == [(40, 20, 60, 44)])
    room.annotating.change(visible=False)
    assert rectangles(room, 3) == [], "hidden with the mask"
    qtbot.waitUntil(lambda: room.annotating.saved)

    annotation = room.annotating.annotation
    assert annotation is not None
    material = Material(tiny_volume, annotation.snapshot())
    export(material, tmp_path / "out", ("bundle", "coco"))
    (found,) = (tmp_path / "out").rglob("annotations.json")
    (box,) = json.loads(found.read_text())["boxes"]
    assert (box["class"], box["bbox"], box["origin"]) == ("subdural", [20, 40, 24, 20], "human")
    step = imported(Contents.empty(tiny_volume.shape), read_labels(tmp_path / "out", tiny_volume), "out")
    again = Contents.empty(tiny_volume.shape)
    step.apply(again)
    assert [b.rectangle for b in again.boxes.values()] == [(40, 20, 60, 44)]


def test_a_finished_slice_with_a_box_has_its_class(room: Workspace, tiny_volume: Volume, qtbot: Any) -> None:
    room.settings.change(predict_on_open=False)
    room.show_volume(tiny_volume)
    ready(room, qtbot)
    room.view.go_to_slice(2)
    room.annotating.change(label=1)
    room.boxes.draw((10, 10, 20, 20))
    qtbot.waitUntil(lambda: room.annotating.saved and bool(rectangles(room, 2)))
    annotation = room.annotating.annotation
    assert annotation is not None
    assert not slice_labels(annotation.snapshot()).known[2].any(), "a box alone does not finish a slice"
    room.annotating.do(finished(annotation.contents, 2, {}, "me", ""))
    qtbot.waitUntil(lambda: room.annotating.saved)
    said = slice_labels(annotation.snapshot())
    assert np.array_equal(said.labels[2], [name in ("any", "epidural") for name in CLASSES])
    assert said.known[2].all()
    assert boxed_only(annotation.snapshot()).tolist() == [False, False, True, False, False], (
        "no mask is learned from it"
    )
    assert [box.origin for box in annotation.contents.boxes.values()] == [Origin.HUMAN]
