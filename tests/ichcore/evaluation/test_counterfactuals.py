"""Blood taken away and put in, and alarms where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.evaluation.counterfactuals import implanted_figures, painted_out_figures
from ichcore.evaluation.false_flags import false_flags
from ichcore.evaluation.report import report_of
from ichcore.evaluation.scoring import score
from ichcore.evaluation.shares import share_of
from tests.ichcore.evaluation.bright_spot import bright_spot, heads


def painted(model, cases):
    return painted_out_figures(model, cases, score(model, cases), resamples=20)


def test_a_network_that_sees_blood_says_no_more_when_it_is_painted_out():
    found = painted(bright_spot(), heads())
    assert set(found) == {"flagged", "any", "intraparenchymal"}
    for one in found.values():
        assert one["all"] == {"share": 1, "interval": [1, 1], "slices": 9, "patients": 3}
        assert one["flagged_before"]["slices"] == 9


def test_one_that_always_or_never_says_blood_is_told_apart():
    always = painted(bright_spot(gain=0.0, offset=-1.0), heads())["any"]
    assert always["all"]["share"] == always["flagged_before"]["share"] == 0
    never = painted(bright_spot(gain=0.0, offset=1.0), heads())["any"]
    assert never["all"]["share"] == 1, "below threshold, but it was before"
    assert never["flagged_before"]["slices"] == 0
    assert np.isnan(never["flagged_before"]["share"])


def test_what_was_drawn_nowhere_cannot_be_painted_out():
    with pytest.raises(InputError, match="masks"):
        painted(bright_spot(), heads(bleeding=False))


def test_a_bleed_put_in_is_seen_at_every_height_by_a_network_that_sees_blood():
    cases = heads(slices=9, bleeding=False)
    found = implanted_figures(bright_spot(gain=2000.0, offset=2.0), cases, implants=5, resamples=20)
    assert found["bleeds"] + found["no_room"] == 5
    assert found["all"]["slices"] > 5
    assert found["all"]["share"] > 0.6, "the faintest is hardly brighter than brain"
    assert found["blank_before"]["slices"] == found["all"]["slices"]
    for one in found["by_subtype"].values():
        assert one["flagged"]["share"] >= max(one["any"]["share"], one["own"]["share"])
    assert sum(one["any"]["slices"] for one in found["by_subtype"].values()) == found["all"]["slices"]
    assert sum(one["slices"] for one in found["by_height"].values()) == found["all"]["slices"]
    assert len(found["by_height"]) > 1
    deaf = implanted_figures(bright_spot(gain=0.0, offset=1.0), cases, implants=5, resamples=20)
    assert deaf["all"]["share"] == 0
    alarmed = implanted_figures(bright_spot(gain=0.0, offset=-1.0), cases, implants=2, resamples=20)
    assert alarmed["all"]["share"] == 1
    assert alarmed["blank_before"]["slices"] == 0


def test_bleeding_slices_are_no_hosts():
    cases = heads()
    known = np.zeros_like(cases[0].known)
    unknown = [replace(case, known=known) for case in cases]
    with pytest.raises(InputError, match="free of blood"):
        implanted_figures(bright_spot(), unknown, implants=2)


def test_alarms_are_counted_in_series_without_blood_alone():
    blank, bleeding = heads(2, bleeding=False), heads(1)
    hu = blank[0].hu.copy()
    hu[1, 20:28, 20:28] = 80
    cases = [replace(blank[0], hu=hu), blank[1], *bleeding]
    scored = score(bright_spot(), cases)
    found = false_flags(scored, resamples=20)
    assert found["series"] == 2
    assert found["flagged"]["slices"] == 12
    assert found["flagged"]["share"] == pytest.approx(1 / 12)
    assert found["by_class"]["subdural"]["share"] == pytest.approx(1 / 12)
    (one,) = found["slices"]
    assert (one["patient"], one["series"], one["index"]) == ("p0", 0, 1)
    assert one["classes"]["any"] > 0.5
    report = report_of(scored, resamples=5)
    assert report["false_flags"]["flagged"]["share"] == 0.0833
    assert false_flags(score(bright_spot(), bleeding))["flagged"]["share"] != 0, "not a number, and not zero"


def test_a_share_has_an_interval_over_patients():
    yes = np.array([True] * 10 + [False] * 10)
    patients = np.array(["a"] * 10 + ["b"] * 10)
    found = share_of(yes, patients)
    assert (found["share"], found["slices"], found["patients"]) == (0.5, 20, 2)
    assert found["interval"] == [0, 1], "slices of one head are one observation"
    alone = share_of(yes, np.full(20, "a"))
    assert alone["share"] == 0.5
    assert np.isnan(alone["interval"]).all(), "one head says nothing of how heads differ"
