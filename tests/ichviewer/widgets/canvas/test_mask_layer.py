"""The weak mask on the image: where it is, in which colour, and how a step's changes look."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from ichcore.masks.chain import CRF, LAYER_CAM
from ichcore.masks.chain_steps import ChainStep
from ichcore.masks.segmenter import SliceMask
from ichcore.volume import Geometry
from ichviewer.documents.mask_settings import MaskSettings
from ichviewer.widgets.canvas.mask_layer import MaskLayer
from ichviewer.widgets.canvas.viewport import Camera, Viewport

SIDE, ZOOM = 32, 8


def square(first: int, end: int) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[first:end, first:end] = True
    return mask


@pytest.fixture
def mask() -> SliceMask:
    """A square of subdural blood that the field cut out of a larger one."""
    wide, tight = square(6, 26), square(10, 20)
    none = np.zeros_like(wide)
    steps = (
        ChainStep(LAYER_CAM, True, wide.astype(np.float32), wide, none, none),
        ChainStep(CRF, True, tight.astype(np.float32), tight, wide & ~tight, none),
    )
    return SliceMask(steps, np.where(tight, 5, 0).astype(np.uint8))


def painted(qapp: QApplication, mask: SliceMask, *, boxed: bool = False, **settings: object) -> np.ndarray:
    """``(rows, columns, 3)`` of the mask on black, :data:`ZOOM` points a pixel."""
    image = QImage(SIDE * ZOOM, SIDE * ZOOM, QImage.Format.Format_RGB32)
    image.fill(0)
    viewport = Viewport.of(Camera(), Geometry.regular((1, SIDE, SIDE), (5, 1, 1)), SIDE * ZOOM, SIDE * ZOOM)
    painter = QPainter(image)
    MaskLayer().paint(painter, viewport, mask, MaskSettings(visible=True, **settings), boxed=boxed)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(SIDE * ZOOM, SIDE * ZOOM, 4)
    return pixels[..., 2::-1].astype(int)


def at(picture: np.ndarray, row: int, column: int) -> np.ndarray:
    """The middle of a voxel."""
    return picture[row * ZOOM + ZOOM // 2, column * ZOOM + ZOOM // 2]


def test_the_mask_has_its_subtypes_colour_and_nothing_around_it(qapp, mask) -> None:
    picture = painted(qapp, mask, opacity=0.5)
    red, green, blue = at(picture, 15, 15)
    assert green > 1.2 * blue > red
    assert not at(picture, 5, 5).any()
    assert not at(picture, 8, 15).any()


def test_the_outline_follows_the_voxels(qapp, mask) -> None:
    picture = painted(qapp, mask, opacity=0.0).sum(axis=2)
    assert not at(picture[..., None], 15, 15).any()
    rows, columns = np.nonzero(picture)
    for along in (rows, columns):
        assert along.min() == pytest.approx(10 * ZOOM, abs=1)
        assert along.max() == pytest.approx(20 * ZOOM, abs=1)


def test_another_step_is_shown_as_blood_of_unstated_subtype(qapp, mask) -> None:
    red, green, blue = at(painted(qapp, mask, step=LAYER_CAM, opacity=0.5), 8, 15)
    assert red > 50
    assert abs(red - green) < 10
    assert abs(green - blue) < 10


def test_what_the_step_lost_is_hatched_and_yellow(qapp, mask) -> None:
    picture = painted(qapp, mask, changes=True)
    lost = np.array([at(picture, 8, column) for column in range(8, 24)])
    assert (lost[:, 0] > lost[:, 2]).all()
    assert np.ptp(lost[:, 0]) > 60  # hatched, not flat
    assert not at(painted(qapp, mask), 8, 15).any()


def test_a_box_goes_around_the_largest_piece(qapp, mask) -> None:
    alone, boxed = (painted(qapp, mask, boxed=on).sum(axis=2) for on in (False, True))
    changed = np.argwhere(alone != boxed)
    assert changed.min() == pytest.approx(10 * ZOOM, abs=2)
    assert changed.max() == pytest.approx(20 * ZOOM, abs=2)


def test_nothing_is_painted_of_an_empty_mask(qapp) -> None:
    empty = SliceMask((), np.zeros((SIDE, SIDE), np.uint8))
    assert not painted(qapp, empty).any()
