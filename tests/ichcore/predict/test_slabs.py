import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ichcore.predict.slabs import Slabs, mean_hu
from ichcore.volume import Geometry


def stack(positions: list[float], thickness: float | None = None) -> Geometry:
    origins = np.array([[0.0, 0.0, z] for z in positions])
    return Geometry((len(positions), 4, 4), origins, slice_thickness_mm=thickness)


@pytest.mark.parametrize(("step", "each"), [(0.625, 8), (1.0, 5), (1.25, 4), (2.5, 2)])
def test_thin_slices_are_averaged_to_about_five_millimetres(step: float, each: int) -> None:
    slabs = Slabs.for_geometry(Geometry.regular((40, 4, 4), (step, 0.5, 0.5)))
    assert set(np.diff(slabs.starts)) == {each}
    assert slabs.thickness_mm == pytest.approx(5.0, abs=0.01)


@pytest.mark.parametrize(("step", "thickness"), [(5.0, 5.0), (3.0, 3.0), (5.0, 0.625), (2.5, 5.0)])
def test_thick_or_distant_slices_stay_alone(step: float, thickness: float) -> None:
    slabs = Slabs.for_geometry(stack([step * i for i in range(12)], thickness))
    assert len(slabs) == 12
    assert not slabs.averaged


def test_a_slab_never_bridges_a_gap() -> None:
    slabs = Slabs.for_geometry(stack([0, 1, 2, 3, 30, 31, 32, 33, 34, 35], 1.0))
    assert 4 in slabs.starts
    assert not any({3, 4} <= set(range(a, b)) for a, b in zip(slabs.starts, slabs.starts[1:], strict=False))


def test_a_short_rest_joins_the_slab_before_it() -> None:
    slabs = Slabs.for_geometry(Geometry.regular((12, 4, 4), (1.0, 0.5, 0.5)))
    assert slabs.starts.tolist() == [0, 5, 12]


def test_unknown_positions_are_not_averaged() -> None:
    geometry = Geometry((6, 4, 4), np.outer(np.arange(6), [0, 0, 1.0]), positions_known=False)
    assert len(Slabs.for_geometry(geometry)) == 6


@given(st.lists(st.floats(0.05, 9.0), min_size=1, max_size=60))
def test_every_slice_belongs_to_one_slab(steps: list[float]) -> None:
    slabs = Slabs.for_geometry(stack(np.cumsum([0.0, *steps]).tolist(), 1.0))
    assert slabs.starts[0] == 0
    assert slabs.starts[-1] == len(steps) + 1
    assert (np.diff(slabs.starts) > 0).all()
    for index, slab in enumerate(slabs.of_slice):
        assert slabs.starts[slab] <= index < slabs.starts[slab + 1]


def test_metal_does_not_spread_into_the_average() -> None:
    stack_hu = np.array([[[29516]], [[71]]], np.int16)
    assert mean_hu(stack_hu)[0, 0] == pytest.approx((3071 + 71) / 2)
