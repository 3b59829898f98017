"""The model's input in its true place."""

import numpy as np
from PySide6.QtCore import QPointF

from ichcore.volume import Geometry
from ichviewer.widgets.canvas.model_input import grid_transform, model_picture
from ichviewer.widgets.canvas.viewport import Camera, Viewport
from tests.ichviewer.widgets.canvas.conftest import pixels


def test_channels_become_red_green_and_blue() -> None:
    channels = np.zeros((3, 4, 5), np.float32)
    channels[0], channels[2] = 1.0, 0.5
    picture = model_picture(2, channels, np.array([[1.0, 0, 0], [0, 1.0, 0]]))
    assert pixels(picture.image)[0, 0].tolist() == [128, 0, 255]
    assert not picture.stretched


def test_normalised_channels_are_stretched_and_say_so() -> None:
    channels = np.linspace(-2, 2, 3 * 16).reshape(3, 4, 4).astype(np.float32)
    assert model_picture(0, channels, np.eye(2, 3)).stretched


def test_cells_lie_where_their_centres_say() -> None:
    # cells of 16 × 8 pixels: the first one's centre is pixel (7.5, 3.5), so its corner is the slice's corner
    viewport = Viewport.of(Camera(), Geometry.regular((1, 64, 64), (1, 1, 1)), 640, 640)
    transform = grid_transform(np.array([[16.0, 0, 7.5], [0, 8.0, 3.5]]), viewport)
    assert transform.map(QPointF(0, 0)) == QPointF(0, 0)
    assert transform.map(QPointF(1, 1)) == QPointF(80, 160)
    assert transform.map(QPointF(8, 4)) == QPointF(640, 640)
