from __future__ import annotations

import numpy as np
import pytest

from ichcore.volume import Geometry
from ichcore.volume.passport import slices_text
from ichcore.volume.spacing import spacing_findings


def codes(heights):
    origins = np.array([[0, 0, float(z)] for z in heights])
    return {f.code: f.detail for f in spacing_findings(Geometry((len(heights), 2, 2), origins))}


def test_even_steps_say_nothing():
    assert codes([0, 5, 10, 15]) == {}
    assert codes([0, 5.04, 10, 15.05]) == {}
    assert codes([0, 7]) == {}


def test_a_hole_in_a_regular_stack_is_missing_slices():
    found = codes([0, 5, 10, 20, 25, 30])
    assert found["missing_slices"].startswith("1 slice is missing between slices 3 and 4")
    assert "5.00 to 10.00 mm" in found["uneven_spacing"]


def test_changing_steps_are_uneven_but_nothing_is_missing():
    assert codes([0, 4, 8, 9.1, 16, 23]).keys() == {"uneven_spacing"}


@pytest.mark.parametrize(
    ("indices", "text"),
    [
        ([3], "slice 4"),
        ([1, 2, 3, 8], "slices 2–4, 9"),
        ([0, 2], "slices 1, 3"),
        (range(0, 40, 2), "and more"),
    ],
)
def test_slices_are_named_for_people(indices, text):
    assert text in slices_text(indices)
