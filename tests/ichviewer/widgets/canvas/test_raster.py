"""Slice pixels on their way to the screen."""

import numpy as np
import pytest
from PySide6.QtGui import QImage

from ichcore.volume import Geometry
from ichviewer.widgets.canvas.raster import DRAFT_LIMIT, ScreenImage, SourceImage
from ichviewer.widgets.canvas.viewport import Camera, Viewport
from tests.ichviewer.widgets.canvas.conftest import pixels

TABLE = (np.arange(65536, dtype=np.uint32) & 0xFF) * 0x010101 | np.uint32(0xFF000000)


def source(value: int = 7) -> QImage:
    hu = np.full((32, 32), value, np.int16)
    hu[0, 0] = 200
    return SourceImage().render(hu, TABLE, None, value)


def test_unscaled_screen_image_does_not_change_with_the_next_slice() -> None:
    images, screen = SourceImage(), ScreenImage()
    viewport = Viewport.of(Camera(), Geometry.regular((2, 32, 32), (1, 1, 1)), 32, 32)
    first = images.render(np.full((32, 32), 7, np.int16), TABLE, None, 1)
    placed = screen.render(first, viewport, ratio=1.0, smooth=True, hurry=False, key=1)
    images.render(np.full((32, 32), 9, np.int16), TABLE, None, 2)
    assert pixels(placed.image)[5, 5, 0] == 7


def test_sharp_pixels_are_rectangles() -> None:
    viewport = Viewport.of(Camera(), Geometry.regular((1, 32, 32), (1, 1, 1)), 320, 320)
    placed = ScreenImage().render(source(), viewport, ratio=1.0, smooth=False, hurry=False, key=1)
    assert set(np.unique(pixels(placed.image))) == {7, 200}
    assert (pixels(placed.image)[:10, :10] == 200).all()


def test_only_the_visible_part_is_scaled() -> None:
    viewport = Viewport.of(Camera(40.0, (16.0, 16.0)), Geometry.regular((1, 512, 512), (1, 1, 1)), 400, 300)
    whole = SourceImage().render(np.zeros((512, 512), np.int16), TABLE, None, 0)
    placed = ScreenImage().render(whole, viewport, ratio=1.0, smooth=True, hurry=False, key=1)
    assert placed.image.width() < 400 + 2 * 33 * viewport.across
    assert placed.rect.left() <= 0
    assert placed.rect.right() >= 400


def test_a_large_view_is_coarse_only_while_it_moves() -> None:
    side = int(DRAFT_LIMIT**0.5) + 200
    viewport = Viewport.of(Camera(), Geometry.regular((1, 32, 32), (1, 1, 1)), side, side)
    screen = ScreenImage()
    assert screen.render(source(), viewport, ratio=1.0, smooth=True, hurry=True, key=1).draft
    placed = screen.render(source(), viewport, ratio=1.0, smooth=True, hurry=False, key=1)
    assert not placed.draft
    assert placed.image.width() == side


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_an_enlarged_pixel_lies_about_its_centre(ratio: float) -> None:
    hu = np.zeros((32, 32), np.int16)
    hu[5, 20] = 200
    viewport = Viewport.of(Camera(), Geometry.regular((1, 32, 32), (1, 1, 1)), 320, 320)
    screen = ScreenImage()
    for key, slice_ in enumerate((hu, np.roll(hu, 10, axis=0))):  # the second into the memory of the first
        image = SourceImage().render(slice_, TABLE, None, key)
        placed = screen.render(image, viewport, ratio=ratio, smooth=True, hurry=False, key=key)
        light = pixels(placed.image)[:, :, 0].astype(float)
        rows, columns = np.mgrid[: light.shape[0], : light.shape[1]] + 0.5
        at = np.array([(light * rows).sum(), (light * columns).sum()]) / light.sum() / ratio
        assert at == pytest.approx([(5.5 + 10 * key) * 10, 205], abs=0.3)
        assert light.max() > 170
        assert placed.image.devicePixelRatioF() == ratio
