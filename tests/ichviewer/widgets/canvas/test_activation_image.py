"""What of a heat map is drawn, and how opaque."""

import numpy as np
from numpy.typing import NDArray

from ichviewer.documents.view_state import OverlaySettings
from ichviewer.widgets.canvas.activation_image import (
    ActivationImages,
    Patch,
    activation_table,
    blend_patches,
)
from ichviewer.widgets.canvas.raster import writable_pixels
from tests.ichviewer.widgets.canvas.stand_in import make_heatmap, make_volume

VOLUME = make_volume()


def test_nothing_below_threshold_one_opacity_above() -> None:
    table = activation_table("inferno", "epidural", 0.5, 0.2)
    alpha = table >> 24
    assert (alpha[:51] == 0).all()
    assert (table[:51] == 0).all()
    assert set(alpha[51:].tolist()) == {128}


def test_zero_activation_is_transparent_even_without_threshold() -> None:
    alpha = activation_table("viridis", "epidural", 0.7, 0.0) >> 24
    assert alpha[0] == 0
    assert (alpha[1:] == alpha[1]).all()


def test_overlay_covers_only_what_is_activated() -> None:
    heatmap, _ = make_heatmap(VOLUME, 0)
    images, settings = ActivationImages(), OverlaySettings(class_name="epidural")
    overlay = images.overlay(images.shown((heatmap,), settings), settings)
    assert overlay is not None
    assert (overlay.row, overlay.column) == (0, 0)
    assert (overlay.image.height(), overlay.image.width()) == (16, 16)


def test_empty_map_is_not_drawn() -> None:
    heatmap, _ = make_heatmap(VOLUME, 0, level=0.0)
    images, settings = ActivationImages(), OverlaySettings()
    assert images.shown((heatmap,), settings) == ()
    assert images.overlay((), settings) is None


def test_jointly_the_stronger_class_is_drawn_and_any_gives_way_to_subtypes() -> None:
    weak, _ = make_heatmap(VOLUME, 0, "epidural", level=0.4)
    strong, _ = make_heatmap(VOLUME, 0, "subdural", level=0.9)
    union, _ = make_heatmap(VOLUME, 0, "any")
    images, settings = ActivationImages(), OverlaySettings()
    shown = images.shown((union, weak, strong), settings)
    assert [heatmap.class_name for heatmap in shown] == ["epidural", "subdural"]
    overlay = images.overlay(shown, settings)
    assert overlay is not None
    pixel = int(writable_pixels(overlay.image)[0, 0])
    green, red = (pixel >> 8) & 0xFF, (pixel >> 16) & 0xFF
    assert green > red, "subdural is green, epidural orange"
    assert [h.class_name for h in images.shown((union,), settings)] == ["any"]


def hills() -> tuple[list[Patch], list[NDArray[np.uint32]]]:
    """Two smooth hills of activation that overlap, epidural on the left and subdural on the right."""
    rows, columns = np.mgrid[:96, :96].astype(np.float32)
    left, right = (
        np.exp(-((rows - 48) ** 2 + (columns - middle) ** 2) / 500).astype(np.float32) for middle in (36, 60)
    )
    tables = [activation_table("class", name, 1.0, 0.2) for name in ("epidural", "subdural")]
    return [patch for patch in (Patch.of(left), Patch.of(right)) if patch is not None], tables


def test_jointly_there_is_no_edge_that_no_map_has() -> None:
    patches, tables = hills()
    _, _, pixels = blend_patches(patches, tables)
    channels = np.stack([(pixels >> shift) & 0xFF for shift in (16, 8, 0)], axis=-1).astype(int)
    steps = np.abs(np.diff(channels, axis=1)).max(axis=-1)
    drawn = (pixels != 0)[:, 1:] & (pixels != 0)[:, :-1]
    apart = np.abs(np.subtract(*(np.array([t[255] >> s & 0xFF for s in (16, 8, 0)], int) for t in tables)))
    assert apart.max() > 200, "the two colours themselves are far apart"
    assert steps[drawn].max() < 48
    assert np.percentile(steps[drawn], 99) < 20
    assert set((pixels[pixels != 0] >> 24).tolist()) == {255}, "one opacity"


def test_jointly_a_class_alone_and_a_class_that_prevails_keep_their_colour() -> None:
    patches, tables = hills()
    _, _, pixels = blend_patches(patches, tables)
    only = (tables[0][patches[0].steps] != 0) & (tables[1][patches[1].steps] == 0)
    assert only.sum() > 500
    assert (pixels[only] == tables[0][patches[0].steps][only]).all(), "as the legend shows it"
    for column, table in ((30, tables[0]), (66, tables[1])):
        whole, drawn = int(table[255]), int(pixels[48, column])
        assert all(abs((whole >> shift & 0xFF) - (drawn >> shift & 0xFF)) < 32 for shift in (16, 8, 0))


def test_raw_cells_of_several_classes_are_mixed_whatever_their_order() -> None:
    weak, _ = make_heatmap(VOLUME, 0, "epidural", level=0.8)
    strong, _ = make_heatmap(VOLUME, 0, "subdural", level=0.9)
    settings, found = OverlaySettings(), []
    for order in ((weak, strong), (strong, weak)):
        cells = ActivationImages().raw_overlay(order, settings)
        assert cells is not None
        found.append(writable_pixels(cells.image).copy())
    assert np.array_equal(*found)
    assert set((found[0][found[0] != 0] >> 24).tolist()) == {128}, "one opacity, not one on another"


def test_another_setting_gives_another_overlay_and_the_same_one_is_kept() -> None:
    heatmap, _ = make_heatmap(VOLUME, 0)
    images = ActivationImages()
    half = OverlaySettings(class_name="epidural", opacity=0.5)
    full = OverlaySettings(class_name="epidural", opacity=1.0)
    one, two = images.overlay((heatmap,), half), images.overlay((heatmap,), full)
    assert one is images.overlay((heatmap,), half)
    assert one is not None
    assert two is not None
    assert np.uint32(writable_pixels(two.image)[0, 0]) >> 24 == 255
