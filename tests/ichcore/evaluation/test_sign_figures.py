"""A network that calls every bleed a blend sign must not look as if it knew the sign."""

import numpy as np
import pytest

from ichcore.evaluation.report import report_of
from ichcore.evaluation.scored import Exclusive, Scored
from ichcore.evaluation.sign_figures import sign_figures
from ichcore.evaluation.tables.outcome import Outcome
from ichcore.evaluation.tables.papers import paper_tables
from ichcore.subtypes import CLASSES

NAMES = ("no_hemorrhage", "hemorrhage", "blend_sign")
EACH = 6


def scored_with(sign_of):
    """Nine series of six slices: three with a sign in two slices, three mimics, three even bleeds."""
    kind = np.repeat(["sign", "mimic", "even"] * 3, EACH)
    at = np.tile(np.arange(EACH), 9)
    truth = np.where(at < 2, 0, 1)
    truth[(kind == "sign") & (at >= 4)] = 2
    p = np.zeros((len(at), 3))
    p[:, 0] = np.where(truth == 0, 0.9, 0.1)
    p[:, 2] = (1 - p[:, 0]) * [sign_of(k, t) for k, t in zip(kind, truth, strict=True)]
    p[:, 1] = 1 - p[:, 0] - p[:, 2]
    probabilities = np.full((len(at), 6), np.nan)
    probabilities[:, 0] = p[:, 1:].sum(axis=1)
    labels = np.zeros((len(at), 6), bool)
    labels[:, 0] = truth > 0
    return Scored(
        probabilities,
        labels,
        np.tile([True] + [False] * 5, (len(at), 1)),
        np.repeat(np.arange(9), EACH),
        [f"p{i}" for i in range(9)],
        np.full(len(CLASSES), 0.5),
        exclusive=Exclusive(NAMES, p, truth, kind == "mimic"),
    )


def test_a_finder_of_bleeds_tells_no_sign():
    report = report_of(scored_with(lambda kind, truth: 0.8), resamples=20)
    assert report["exclusive"]["auc"]["blend_sign"] > 0.65, "against all slices it looks well"
    for against in ("against_hemorrhage", "against_mimics"):
        for of in ("slice", "series"):
            assert report["exclusive"][against][of]["auc"] == pytest.approx(0.5)


def test_each_is_compared_with_what_it_says():
    said = {"mimic": 0.3, "even": 0.95}
    scored = scored_with(lambda kind, truth: said.get(kind, 0.9 if truth == 2 else 0.2))
    found = sign_figures(scored, resamples=20)
    slices = {"auc": 1.0, "auc_interval": [1.0, 1.0], "signs": 6, "others": 12}
    assert found["against_mimics"]["slice"] == slices
    assert found["against_mimics"]["series"]["others"] == 3
    assert found["against_hemorrhage"]["slice"]["others"] == 12 + 12 + 6
    assert found["against_hemorrhage"]["series"]["auc"] == pytest.approx(0.5), "above mimics, below even ones"


def test_the_table_stands_among_the_papers():
    report = report_of(scored_with(lambda kind, truth: 0.9 if truth == 2 else 0.1), resamples=20)
    tables = paper_tables([Outcome("net", "wang2023", "phantoms", {}, report)])
    table = next(one for one in tables if one.paper == "Blend sign among bleeds")
    units = [["1.000", "1.000–1.000", "6", "12"], ["1.000", "1.000–1.000", "3", "3"]]
    assert [table.text(cell) for cell in table.rows[1]] == ["net", "mimics alone", *units[0], *units[1]]
    assert all(len(row) == table.columns for row in table.rows)


def test_without_such_classes_there_is_nothing_to_say():
    plain = scored_with(lambda kind, truth: 0.5)
    own = plain.exclusive
    assert "against_mimics" not in sign_figures(
        Scored(
            plain.probabilities,
            plain.labels,
            plain.known,
            plain.case,
            plain.patients,
            exclusive=Exclusive(NAMES, own.probabilities, own.truth),
        ),
        resamples=5,
    )
    none = Scored(plain.probabilities, plain.labels, plain.known, plain.case, plain.patients)
    assert sign_figures(none) == {}
