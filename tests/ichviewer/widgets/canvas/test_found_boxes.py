"""Boxes that a network detected, on the slice."""

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ichcore.volume.window import BRAIN
from ichviewer.documents.beyond_six import FoundBox, TwoTones
from ichviewer.widgets.canvas.found_boxes import BLEND_SIGN, corners, found_on_screen
from ichviewer.widgets.canvas.scene import Scene
from ichviewer.widgets.canvas.slice_painter import SlicePainter
from ichviewer.widgets.canvas.viewport import Camera, Viewport
from tests.ichviewer.widgets.canvas.stand_in import make_volume

VOLUME = make_volume()
SIGN = TwoTones(71.0, 48.0, 23.0, 0.9, 0.4, blend_sign=True)
FOUND = (
    FoundBox((10, 10, 30, 30), 0.91, (8.0, 8.0), SIGN),
    FoundBox((10, 12, 32, 34), 0.44, None, None),
)


def scene() -> Scene:
    return Scene(VOLUME, 0, BRAIN, found=FOUND)


def test_labels_say_score_and_rule_and_do_not_cover_each_other(qapp: object) -> None:
    viewport = Viewport.of(Camera(), VOLUME.geometry, 600, 600)
    one, two = found_on_screen(scene(), viewport)
    assert one.label == "box 1 · 0.91 · blend sign by HU"
    assert two.label == "box 2 · 0.44"
    assert not one.label_rect.intersects(two.label_rect)
    assert QRectF(0, 0, 600, 600).contains(one.label_rect)


def test_only_the_corners_are_drawn(qapp: object) -> None:
    arms = corners(QRectF(100, 100, 200, 80), 2)
    assert len(arms) == 8
    assert not any(arm.contains(200, 100) for arm in arms), "the middle of a side stays free"
    assert any(arm.contains(100, 100) for arm in arms)
    assert any(arm.contains(299, 179) for arm in arms)


def test_they_are_painted_where_they_lie(qapp: object) -> None:
    viewport = Viewport.of(Camera(), VOLUME.geometry, 640, 640)
    (item, _) = found_on_screen(scene(), viewport)
    images = []
    for shown in (scene(), replace(scene(), found=())):
        image = QImage(640, 640, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        SlicePainter().paint(painter, shown, viewport)
        painter.end()
        images.append(image)
    x, y = round(item.rect.left()), round(item.rect.top())
    assert images[0].pixelColor(x, y) == BLEND_SIGN
    assert images[1].pixelColor(x, y) != BLEND_SIGN
