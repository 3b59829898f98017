import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import GeometryError
from ichcore.masks.naming import named
from ichcore.masks.volumes import abc_over_2, areas_mm2, volumes_ml, why_no_volumes
from ichcore.volume import Geometry


def grid(shape, spacing_mm=(5.0, 1.0, 1.0)):
    return Geometry.regular(shape, spacing_mm)


def ellipsoid(radii_mm, spacing_mm=(2.0, 0.5, 0.5)):
    """A label map of an intraparenchymal ellipsoid and its geometry."""
    shape = tuple(int(2 * r / s) + 7 for r, s in zip(radii_mm, spacing_mm, strict=True))
    at = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1)
    middle = (np.array(shape) - 1) / 2
    inside = (((at - middle) * spacing_mm / np.array(radii_mm)) ** 2).sum(axis=-1) <= 1
    return inside.astype(np.uint8) * 2, grid(shape, spacing_mm)


def test_millilitres_of_each_subtype_and_of_their_union():
    labels = np.zeros((4, 20, 20), np.uint8)
    labels[1, :10, :10] = 2
    labels[2, :10, :10] = 5
    labels[2, 15, 15] = 6
    found = volumes_ml(labels, grid(labels.shape))
    assert found["intraparenchymal"] == pytest.approx(0.5)
    assert found["subdural"] == pytest.approx(0.5)
    assert found["unstated"] == pytest.approx(0.005)
    assert found["any"] == pytest.approx(1.005)
    assert found["epidural"] == 0
    assert areas_mm2(labels, grid(labels.shape)).tolist() == [0, 100, 101, 0]


def test_volumes_are_withheld_where_the_slices_are_uneven():
    shape = (4, 8, 8)
    even = grid(shape)
    origins = even.origins_mm.copy()
    origins[3] += even.normal * 7
    uneven = Geometry(
        shape, origins, even.row_axis, even.column_axis, even.pixel_spacing_mm, even.slice_thickness_mm
    )
    assert why_no_volumes(even) == ""
    assert "not evenly spaced" in why_no_volumes(uneven)
    with pytest.raises(GeometryError, match="not evenly spaced"):
        volumes_ml(np.zeros(shape, np.uint8), uneven)


@settings(deadline=None, max_examples=20)
@given(st.tuples(*(st.floats(9, 20) for _ in range(3))))
def test_abc_over_2_is_near_the_volume_of_an_ellipsoid(radii_mm):
    labels, geometry = ellipsoid(radii_mm)
    found = abc_over_2(labels, geometry)
    true_ml = 4 / 3 * np.pi * np.prod(radii_mm) / 1000
    assert volumes_ml(labels, geometry)["any"] == pytest.approx(true_ml, rel=0.05)
    # a bedside estimate: its weighted slices cut an ellipsoid's ends
    assert 0.55 * true_ml < found.ml < 1.05 * true_ml
    assert sorted((found.a_mm, found.b_mm)) == pytest.approx(sorted(2 * np.array(radii_mm[1:])), abs=1.5)


def test_abc_over_2_speaks_of_the_largest_bleed_alone():
    labels, geometry = ellipsoid((10, 10, 10))
    alone = abc_over_2(labels, geometry)
    labels[0, 0, 0] = 4
    assert abc_over_2(labels, geometry) == alone
    assert abc_over_2(np.zeros_like(labels), geometry) is None


def test_a_piece_is_named_by_what_is_strongest_in_it():
    mask = np.zeros((12, 12), bool)
    mask[:3, :3] = mask[6:9, 6:9] = mask[11, 0] = True
    two, three, five = np.zeros((3, 12, 12))
    two[:3, :3] = 2
    three[:3, :2] = 1
    five[6:9, 6:9] = 0.1
    labels = named(mask, {"intraventricular": three, "intraparenchymal": two, "subdural": five})
    assert set(labels[:3, :3].ravel()) == {2}
    assert set(labels[6:9, 6:9].ravel()) == {5}
    assert labels[11, 0] == 6
    assert (labels > 0).sum() == mask.sum()
