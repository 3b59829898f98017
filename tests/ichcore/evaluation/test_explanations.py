"""Where a model looks, against drawn bleeds."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.evaluation.context_maps import context_maps
from ichcore.evaluation.drawn_places import drawn_places
from ichcore.evaluation.explanations import explanations_of
from ichcore.evaluation.map_figures import HITS, THRESHOLDS, threshold_ious
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
        ("gradcampp", "early"),
        ("gradcampp", "late"),
        ("layercam", "early"),
        ("layercam", "late"),
        ("sfcam", "early"),
        ("sfcam", "late"),
        ("sfcam+context", "late"),
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
        assert [one[name] for name in HITS] == [0, 0, 0, 0]
    deaf = judged(bright_spot(gain=-200.0), cases)
    assert all(one["peak"] == 0 and one["iou_best"] == 0 for one in deaf["maps"]), (
        "a map of nothing finds nothing"
    )
    assert all(one["empty"] == 9 and np.isnan(one["energy"]) for one in deaf["maps"]), "and has no energy"
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


def test_iou_over_thresholds_is_that_of_masks_drawn_at_each():
    rng = np.random.default_rng(0)
    activation, truth = rng.random((20, 20)).astype(np.float32), rng.random((20, 20)) > 0.7
    for threshold, found in zip(THRESHOLDS, threshold_ious(activation, truth), strict=True):
        mask = activation > threshold * activation.max()
        assert found == pytest.approx((mask & truth).sum() / (mask | truth).sum())


def test_a_sharp_map_is_a_mask_at_any_threshold_and_a_broad_one_says_its_best():
    found = judged(bright_spot(), heads())
    assert found["thresholds"] == list(THRESHOLDS)
    for one in found["maps"]:
        assert one["iou_best"] == max(one["iou_curve"])
        assert one["iou_curve"][THRESHOLDS.index(one["best_threshold"])] == one["iou_best"]
        low, high = one["iou_best_interval"]
        assert low <= one["iou_best"] <= high
    of = {(one["method"], one["layer"]): one for one in found["maps"]}
    assert of["layercam", "early"]["iou_best"] > 0.9
    assert of["layercam", "late"]["iou_best"] < of["layercam", "early"]["iou_best"]


def test_activation_beyond_the_skull_is_told():
    cases = heads(2)
    found = judged(bright_spot(), cases)
    assert found["without_skull"] == 0
    assert all(one["outside_skull"] < 0.02 for one in found["maps"])
    scalp = [replace(case, hu=case.hu.copy()) for case in cases]
    for case in scalp:
        case.hu[:, 20:28, 44:47] = 70  # bright, and the bleed is not
        case.hu[case.truth > 0] = 33
    found = judged(bright_spot(), scalp)
    assert all(one["outside_skull"] > 0.98 for one in found["maps"])
    bare = [replace(case, hu=np.minimum(case.hu, 80)) for case in scalp]
    for case in bare:
        case.hu[case.hu == 80] = 30
    found = judged(bright_spot(), bare)
    assert found["without_skull"] == 6
    assert all(np.isnan(one["outside_skull"]) for one in found["maps"])


def test_every_class_that_was_drawn_is_judged_on_the_default_layer():
    found = judged(bright_spot(), heads())
    assert list(found["classes"]) == ["any", "intraparenchymal"]
    for one in found["classes"].values():
        assert one["slices"] == 9
        assert {entry["layer"] for entry in one["maps"]} == {"late"}
        assert {entry["method"] for entry in one["maps"]} == {entry["method"] for entry in found["maps"]}
        assert one["maps"][0]["peak"] == 1


def test_bleeds_are_told_apart_by_their_size():
    cases = heads(2)
    small = replace(cases[0], truth=cases[0].truth.copy())
    small.truth[:, 22:] = 0  # 2 rows of 6 pixels of 16 mm2
    found = judged(bright_spot(), [small, cases[1]])
    assert [(one["from_mm2"], one["to_mm2"], one["slices"]) for one in found["sizes"]] == [
        (100, 400, 3),
        (400, None, 3),
    ]
    best = [max(entry["iou_best"] for entry in one["maps"]) for one in found["sizes"]]
    assert best[0] < best[1], "most of what is bright was not drawn"


def test_deleting_what_a_map_points_at_takes_the_probability_away_sooner_than_a_lot():
    found = judged(bright_spot(), heads(), deletion_slices=4)["deletion"]
    assert (found["slices"], found["of"], found["layer"]) == (4, 9, "late")
    lot = found["maps"][-1]
    assert lot["method"] == "by lot"
    for one in found["maps"][:-1]:
        assert one["deletion_area"] < lot["deletion_area"] - 0.2
        assert one["insertion_area"] > lot["insertion_area"] + 0.2
        assert len(one["deletion_curve"]) == len(found["shares"])
        assert one["deletion_curve"][0] == pytest.approx(one["insertion_curve"][-1], abs=1e-5)
    assert "deletion" not in judged(bright_spot(), heads(), deletion_slices=0)


def test_a_faint_end_borrows_its_place_from_the_run_of_flagged_slices():
    model, cases = bright_spot(), heads(1)
    scored = score(model, cases)
    rows = np.flatnonzero(cases[0].labels[:, 0])
    faint = int(rows[-1])
    hu = np.array(cases[0].hu)
    hu[faint, 28:36, 28:36] = hu[faint][cases[0].truth[faint] > 0].max() + 6  # brighter than the bleed
    changed = [replace(cases[0], hu=hu)]
    with_run = context_maps(model, changed, scored, "any", [faint])[faint]
    nobody = replace(scored, probabilities=np.zeros_like(scored.probabilities))
    alone = context_maps(model, changed, nobody, "any", [faint])[faint]
    on_blood = [
        cases[0].truth[faint - 1][np.unravel_index(one.argmax(), one.shape)] > 0 for one in (alone, with_run)
    ]
    assert on_blood == [False, True]
