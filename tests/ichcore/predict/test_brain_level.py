"""A series whose scanner is out of calibration is given to a model that asks for it as any other."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.datasets.case_files import CaseFiles
from ichcore.datasets.levelled import levelled
from ichcore.models.card import Card
from ichcore.phantom import make_case
from ichcore.pictures.brain_level import offset_to_usual
from ichcore.predict.model_input import ModelInput
from ichcore.predict.scope import scope_warnings

CARD = Card("m", "M", "he2024", "window_fusion", {}, 128, 1.7, brain_level=True)


@pytest.fixture(scope="module")
def head():
    return make_case(31, subtypes=("intraparenchymal",), slices=16, size=256).volume


@pytest.mark.parametrize("moved", [-9, 0, 9])
def test_what_a_series_is_off_by_is_taken_back(head, moved):
    usual = offset_to_usual(head.hu)
    assert abs(usual) < 8
    assert offset_to_usual(head.hu + np.int16(moved)) == pytest.approx(usual - moved, abs=1.5)


def test_a_model_is_given_both_alike_and_the_reader_is_told(head):
    bright = replace(head, hu=head.hu + np.int16(12))
    one, other = (ModelInput.of(volume, CARD) for volume in (head, bright))
    soft = (one.hu(8) > 0) & (one.hu(8) < 80)
    assert np.abs(one.hu(8) - other.hu(8))[soft].max() <= 1.5
    said = {finding.code: finding.detail for finding in scope_warnings(other)}
    assert "brighter" in said["brain_level"]


def test_a_model_that_does_not_ask_and_what_is_no_head_are_left_as_they_are(head):
    assert ModelInput.of(head, replace(CARD, brain_level=False)).offset_hu == 0
    assert offset_to_usual(np.full((6, 64, 64), -1000, np.int16)) == 0
    assert offset_to_usual(np.random.default_rng(1).integers(-1000, 1000, (6, 64, 64))) == 0


def test_labelled_cases_are_levelled_as_a_series_is_and_pictures_are_not(head):
    labels = np.zeros((16, 6), bool)
    case = CaseFiles("p", head.hu + np.int16(9), np.zeros((0, 0, 0), np.uint8), labels, {})
    (moved,) = levelled([case])
    assert offset_to_usual(moved.hu) == pytest.approx(0, abs=1.5)
    picture = replace(case, about={"is_hu": False})
    assert levelled([picture])[0] is picture
