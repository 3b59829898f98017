import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.explain.heatmap import Heatmap
from ichcore.masks.boxes import boxes, largest_component, rectangles
from ichcore.masks.threshold import binary_mask, label_map

maps = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24),
    elements=st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.0]),
)


def heatmap(activation: np.ndarray, name: str = "any", index: int = 0) -> Heatmap:
    raw = activation.astype(np.float32)
    return Heatmap("cam", "fusion", name, index, raw, raw, float(raw.max()), np.eye(3)[:2])


@given(maps, st.floats(0.05, 0.95))
def test_boxes_are_half_open_inside_and_tight(activation: np.ndarray, threshold: float) -> None:
    found = rectangles(activation, threshold=threshold)
    mask = largest_component(binary_mask(activation, threshold))
    assert bool(found) == bool(activation.any())
    for r0, c0, r1, c1 in found:
        assert 0 <= r0 < r1 <= activation.shape[0]
        assert 0 <= c0 < c1 <= activation.shape[1]
        inside = mask[r0:r1, c0:c1]
        assert inside.sum() == mask.sum()
        assert inside[0].any() and inside[-1].any() and inside[:, 0].any() and inside[:, -1].any()  # noqa: PT018


@given(maps)
def test_all_boxes_cover_all_that_is_activated(activation: np.ndarray) -> None:
    mask = binary_mask(activation)
    for r0, c0, r1, c1 in rectangles(activation, which="every"):
        mask[r0:r1, c0:c1] = False
    assert not mask.any()


def test_twenty_per_cent_of_the_maximum_and_the_largest_component() -> None:
    activation = np.zeros((20, 30), np.float32)
    activation[2:5, 3:9] = 0.5  # 18 pixels
    activation[10:12, 20:25] = 1.0  # 10 pixels, stronger but smaller
    activation[15, :] = 0.2  # just at the threshold: not above it
    assert rectangles(activation) == [(2, 3, 5, 9)]
    assert rectangles(activation, which="every") == [(2, 3, 5, 9), (10, 20, 12, 25)]
    assert rectangles(activation, which="around") == [(2, 3, 12, 25)]
    (box,) = boxes([heatmap(activation, "subdural", 7)])
    assert (box.slice_index, box.class_name, box.activation) == (7, "subdural", 0.5)


def test_an_empty_map_has_no_box() -> None:
    assert boxes([heatmap(np.zeros((5, 5), np.float32))]) == []


def test_one_label_a_voxel_the_stronger_subtype_wins() -> None:
    left, right = np.zeros((2, 4, 6), np.float32)
    left[:, :4] = 0.9
    right[:, 2:] = 1.0
    everything = np.ones((4, 6), np.float32)
    maps_ = [heatmap(everything, "any", 1), heatmap(left, "epidural", 1), heatmap(right, "subdural", 1)]
    for order in (maps_, maps_[::-1]):
        labels = label_map(order, (3, 4, 6))
        assert labels.dtype == np.uint8
        assert labels[1, 0].tolist() == [1, 1, 5, 5, 5, 5]
        assert not labels[[0, 2]].any()


def test_any_alone_is_hemorrhage_of_unstated_subtype() -> None:
    activation = np.array([[0.1, 1.0]], np.float32)
    assert label_map([heatmap(activation)], (1, 1, 2)).tolist() == [[[0, 6]]]


@pytest.mark.parametrize("threshold", [0.2, 0.5])
def test_nothing_activated_gives_nothing(threshold: float) -> None:
    assert not binary_mask(np.zeros((3, 3), np.float32), threshold).any()
