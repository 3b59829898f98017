from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import GeometryError
from ichcore.volume import Geometry


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 40),
    st.floats(0.4, 10),
    st.floats(0.2, 1),
    st.floats(-28, 28),
    st.tuples(*[st.floats(-300, 300)] * 3),
)
def test_indices_go_to_millimetres_and_back(slices, step, spacing, tilt, origin):
    geometry = Geometry.regular((slices, 8, 9), (step, spacing, spacing), origin_mm=origin, tilt_deg=tilt)
    index = np.array([slices - 1, 5, 7, 1.0])
    place = geometry.affine @ index
    assert place[:3] == pytest.approx(geometry.to_lps_mm(slices - 1, 5, 7), abs=1e-6)
    assert np.linalg.solve(geometry.affine, place) == pytest.approx(index, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(-28, 28))
def test_tilt_and_shear_of_a_tilted_gantry(tilt):
    geometry = Geometry.regular((9, 4, 4), (5, 1, 1), tilt_deg=tilt)
    assert geometry.tilt_deg == pytest.approx(tilt, abs=1e-6)
    assert geometry.shear_deg == pytest.approx(abs(tilt), abs=1e-4)
    assert geometry.spacing_between_slices_mm == pytest.approx(5 * np.cos(np.radians(tilt)))
    assert (geometry.steps_mm > 0).all()
    assert geometry.even
    assert geometry.supports_volumes


def test_a_sheared_stack_without_tilt():
    origins = np.array([[0, i, 5.0 * i] for i in range(6)])
    geometry = Geometry((6, 4, 4), origins, pixel_spacing_mm=(1, 1))
    assert geometry.tilt_deg == 0
    assert geometry.shear_deg == pytest.approx(np.degrees(np.arctan(0.2)))


def test_a_straight_stack_has_neither():
    geometry = Geometry.regular((5, 4, 4), (5, 1, 1))
    assert (geometry.tilt_deg, geometry.shear_deg) == (0, 0)
    assert geometry.normal.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("column", "row", "letters"),
    [
        ((1, 0, 0), (0, 1, 0), ("R", "L", "A", "P")),
        ((1, 0, 0), (0, 0, -1), ("R", "L", "S", "I")),
        ((0, 1, 0), (0, 0, -1), ("A", "P", "S", "I")),
        ((-1, 0, 0), (0, -1, 0), ("L", "R", "P", "A")),
        ((1, 0, 0), (0, 0.94, -0.34), ("R", "L", "A", "P")),
    ],
)
def test_orientation_letters(column, row, letters):
    geometry = Geometry((1, 2, 2), np.zeros((1, 3)), np.array(row, float), np.array(column, float))
    assert geometry.orientation_letters() == letters


@pytest.mark.parametrize(
    ("column", "row"), [((1, 0, 0), (0, 1, 0)), ((-1, 0, 0), (0, 1, 0)), ((1, 0, 0), (0, -1, 0))]
)
def test_the_normal_points_to_the_head_however_the_slice_is_turned(column, row):
    geometry = Geometry((1, 2, 2), np.zeros((1, 3)), np.array(row, float), np.array(column, float))
    assert geometry.normal.tolist() == [0, 0, 1]


def test_the_normal_is_a_unit_vector_though_headers_round():
    geometry = Geometry((1, 2, 2), np.zeros((1, 3)), np.array([0, 0.927, -0.375]), np.array([1.0, 0, 0.002]))
    assert np.linalg.norm(geometry.normal) == pytest.approx(1, abs=1e-12)


def test_uneven_stacks_support_no_volumes():
    heights = [0, 5, 10, 16]
    origins = np.array([[0, 0, float(z)] for z in heights])
    geometry = Geometry((4, 2, 2), origins, pixel_spacing_mm=(1, 1))
    assert not geometry.even
    assert not geometry.supports_volumes
    assert geometry.spacing_between_slices_mm == 5
    rounded = Geometry(
        (4, 2, 2), origins * 0 + np.array([[0, 0, z] for z in (0, 5.04, 10, 15.04)]), pixel_spacing_mm=(1, 1)
    )
    assert rounded.even


def test_what_is_unknown_stays_unknown():
    geometry = Geometry((3, 2, 2), np.arange(3.0)[:, None] * [0, 0, 1], positions_known=False)
    assert geometry.spacing_mm == (None, None, None)
    assert not geometry.supports_volumes
    with pytest.raises(GeometryError, match="no pixel spacing"):
        geometry.require_in_plane_mm()
    assert Geometry.regular((1, 2, 2), (5, 1, 1)).spacing_between_slices_mm is None


def test_origins_must_match_the_slices():
    with pytest.raises(GeometryError, match="2 slice origins for 3 slices"):
        Geometry((3, 2, 2), np.zeros((2, 3)))
