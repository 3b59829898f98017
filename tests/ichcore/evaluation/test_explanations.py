"""Where a model looks, against drawn bleeds."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.evaluation.explanations import FIGURES, drawn_places, explanations_of
from ichcore.evaluation.scoring import score
from tests.ichcore.evaluation.bright_spot import bright_spot, heads


def judged(model, cases, **options):
    return explanations_of(model, cases, score(model, cases), resamples=20, **options)


def test_a_network_that_sees_brightness_looks_at_the_bleed_with_every_method():
    found = judged(bright_spot(), heads())
    assert (found["slices"], found["patients"], found["flagged"]) == (9, 3, 9)
    assert {(one["method"], one["layer"]) for one in found["maps"]} == {
        ("cam", "late"),
        ("gradcam", "early"),
        ("gradcam", "late"),
        ("layercam", "early"),
        ("layercam", "late"),
        ("sfcam", "early"),
        ("sfcam", "late"),
    }
    for one in found["maps"]:
        assert one["peak"] == one["peak_on_bleed"] == 1
        assert one["peak_interval"] == [1, 1]
        assert one["energy"] > 0.5
        assert one["flagged"]["peak"] == 1
    early = next(m for m in found["maps"] if (m["method"], m["layer"]) == ("layercam", "early"))
    assert early["box"] == 1
    assert early["energy"] == pytest.approx(1, abs=1e-3)


def test_one_that_looks_away_is_found_out():
    model = bright_spot()
    cases = heads()
    moved = [
        replace(c, truth=np.roll(c.truth, 12, axis=2), masks={"edema": np.roll(c.masks["edema"], 12, axis=2)})
        for c in cases
    ]
    found = judged(model, moved)
    for one in found["maps"]:
        assert [one[name] for name in FIGURES[:4]] == [0, 0, 0, 0]
    deaf = judged(bright_spot(gain=-200.0), cases)
    assert all(one["peak"] == 0 and one["energy"] == 0 for one in deaf["maps"]), (
        "a map of nothing finds nothing"
    )
    assert deaf["flagged"] == 0
    assert np.isnan(deaf["maps"][0]["flagged"]["peak"])


def test_an_edema_counts_as_the_place_and_not_as_the_bleed():
    cases = heads(1)
    only_edema = replace(cases[0], truth=np.zeros_like(cases[0].truth))
    places = drawn_places([cases[0], only_edema], "any")
    assert [place.row for place in places] == [3, 4, 5, 9, 10, 11]
    found = judged(bright_spot(), [cases[0], only_edema])
    assert found["slices"] == 6
    assert all(one["peak"] == one["peak_on_bleed"] == 1 for one in found["maps"]), "of 3 slices with a bleed"
    alone = judged(bright_spot(), [only_edema])
    assert np.isnan(alone["maps"][0]["peak_on_bleed"])


def test_the_best_map_stands_first():
    found = judged(bright_spot(), heads())
    order = [(-one["peak"], -one["box"]) for one in found["maps"]]
    assert order == sorted(order)


def test_what_cannot_be_judged_is_said():
    model, cases = bright_spot(), heads(bleeding=False)
    with pytest.raises(InputError, match="masks"):
        judged(model, cases)
    narrow = replace(model, card=replace(model.card, classes=("any",)))
    with pytest.raises(InputError, match="subdural"):
        judged(narrow, heads(), class_name="subdural")
