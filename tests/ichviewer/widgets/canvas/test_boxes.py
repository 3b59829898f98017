"""Boxes and their labels."""

import pytest
from PySide6.QtCore import QRectF

from ichcore.explain.heatmap import Box
from ichcore.volume.window import BRAIN
from ichviewer.widgets.canvas.boxes import boxes_on_screen
from ichviewer.widgets.canvas.scene import Scene
from ichviewer.widgets.canvas.viewport import Camera, Viewport
from tests.ichviewer.widgets.canvas.stand_in import make_prediction, make_volume

VOLUME = make_volume()


def scene(*boxes: Box) -> Scene:
    probabilities = make_prediction(VOLUME).probabilities[0]
    return Scene(VOLUME, 0, BRAIN, boxes=boxes, probabilities=probabilities)


@pytest.mark.parametrize(
    "box", [(0, 0, 8, 8), (0, 56, 8, 64), (56, 0, 64, 8), (56, 56, 64, 64), (0, 0, 64, 64), (20, 20, 40, 40)]
)
@pytest.mark.parametrize("zoom", [1.0, 3.0])
def test_label_is_never_clipped(qapp: object, box: tuple[int, int, int, int], zoom: float) -> None:
    viewport = Viewport.of(Camera(zoom), VOLUME.geometry, 400, 400)
    (item,) = boxes_on_screen(scene(Box(0, "epidural", box, 1.0)), viewport)
    assert item.label == "EDH 0.94"
    assert QRectF(0, 0, 400, 400).contains(item.label_rect)


def test_labels_of_neighbours_do_not_cover_each_other(qapp: object) -> None:
    viewport = Viewport.of(Camera(), VOLUME.geometry, 400, 400)
    pair = (Box(0, "epidural", (10, 10, 20, 20), 1.0), Box(0, "subdural", (10, 12, 22, 24), 1.0))
    one, two = boxes_on_screen(scene(*pair), viewport)
    assert not one.label_rect.intersects(two.label_rect)


def test_box_runs_along_pixel_edges(qapp: object) -> None:
    viewport = Viewport.of(Camera(), VOLUME.geometry, 640, 640)
    (item,) = boxes_on_screen(scene(Box(0, "epidural", (2, 4, 6, 10), 1.0)), viewport)
    assert item.rect == QRectF(40, 20, 60, 40)
