import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.models.centre_points import decode, encode


def as_network_would(target: torch.Tensor) -> torch.Tensor:
    """The maps of a perfect detector: the heat as logits."""
    maps = target.clone()
    maps[0] = torch.logit(target[0].clamp(1e-6, 1 - 1e-6))
    return maps[None]


@st.composite
def one_box_a_quarter(draw):
    """Up to four boxes whose centres lie in different quarters of 128×96 pixels, well apart."""
    boxes = []
    for row, column in draw(st.sets(st.sampled_from([(0, 0), (0, 48), (64, 0), (64, 48)]), min_size=1)):
        row0, column0 = row + draw(st.integers(0, 25)), column + draw(st.integers(0, 19))
        boxes.append([row0, column0, row0 + draw(st.integers(3, 30)), column0 + draw(st.integers(3, 22))])
    return boxes


@settings(max_examples=60, deadline=None)
@given(one_box_a_quarter(), st.sampled_from([(16, 12), (32, 24), (8, 8)]))
def test_boxes_come_back_from_their_maps(boxes, cells):
    found = decode(as_network_would(encode(boxes, (128, 96), cells)), (128, 96), threshold=0.9)[0]
    # two bleeds whose centres share a cell or touch are one to a grid this coarse
    middles = {
        (int((b[0] + b[2]) / 2 * cells[0] / 128), int((b[1] + b[3]) / 2 * cells[1] / 96)) for b in boxes
    }
    apart = all(max(abs(a - c), abs(b - d)) > 1 for a, b in middles for c, d in middles if (a, b) != (c, d))
    if len(middles) == len(boxes) and apart:
        back = sorted([round(v, 3) for v in box] for box in found.boxes.tolist())
        assert back == sorted([float(v) for v in box] for box in boxes)


def test_heat_is_one_at_centres_alone_and_spreads_with_the_box():
    maps = encode([[8, 8, 24, 56]], (64, 64), (16, 16))
    assert (maps[0] == 1).nonzero().tolist() == [[4, 8]]
    assert maps[0, 4, 10] > maps[0, 6, 8], "it is wider than high"
    assert maps[1:, 4, 8].tolist() == [8.5 - 2, 14 - 8.5, 4.5 - 2, 6 - 4.5], (
        "left, right, top, bottom in cells"
    )
    assert maps[1:].count_nonzero() == 4


def test_no_bleed_gives_empty_maps_and_no_box():
    maps = encode([], (64, 64), (4, 4))
    assert not maps.any()
    found = decode(as_network_would(maps), (64, 64))[0]
    assert found.boxes.shape == (0, 4)
    assert found.probabilities.shape == (0,)


def test_two_bleeds_centred_in_one_cell_leave_the_larger():
    small, large = [14, 14, 20, 20], [2, 2, 30, 30]
    found = decode(as_network_would(encode([large, small], (64, 64), (4, 4))), (64, 64))[0]
    assert found.boxes.tolist() == [[2, 2, 30, 30]]


def test_only_the_peak_of_a_neighbourhood_is_called_and_the_most_probable_comes_first():
    maps = torch.zeros(1, 5, 8, 8)
    maps[:, 0] = -9.0
    maps[0, 0, 2, 2], maps[0, 0, 2, 3], maps[0, 0, 6, 6] = 1.0, 3.0, 2.0
    maps[:, 1:] = 1.0
    found = decode(maps, (64, 64))[0]
    assert found.boxes.tolist() == [[12, 20, 28, 36], [44, 44, 60, 60]]
    assert decode(maps, (64, 64), most=1)[0].boxes.tolist() == [[12, 20, 28, 36]]
    assert decode(maps, (64, 64), threshold=0.9)[0].boxes.tolist() == [[12, 20, 28, 36]]


def test_boxes_end_at_the_border_and_those_without_area_are_left_out():
    maps = torch.zeros(1, 5, 4, 4)
    maps[:, 0] = -9.0
    maps[0, 0, 0, 0], maps[0, 0, 3, 3] = 3.0, 3.0
    maps[0, 1:, 0, 0] = 2.0
    maps[0, 1:, 3, 3] = -1.0
    assert decode(maps, (64, 64))[0].boxes.tolist() == [[0, 0, 40, 40]]
