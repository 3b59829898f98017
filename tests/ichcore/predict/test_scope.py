from dataclasses import replace

import numpy as np
import pytest

from ichcore.models.checkpoint import LoadedModel
from ichcore.predict.model_input import ModelInput
from ichcore.predict.predictor import Predictor
from ichcore.predict.scope import outside_scope, scope_warnings
from ichcore.volume import Finding, Volume
from tests.ichcore.tiny_model import make_volume


class Grid:
    """As much of a card as laying a series on a grid needs."""

    size, pixel_mm, brain_level = 64, 3.6, False


def warnings_of(volume: Volume) -> tuple[Finding, ...]:
    return scope_warnings(ModelInput.of(volume, Grid()))  # type: ignore[arg-type]


def codes(volume: Volume) -> set[str]:
    return {finding.code for finding in warnings_of(volume)}


def test_a_plain_head_has_no_warnings() -> None:
    assert codes(make_volume()) == set()


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ({"body_part": "CHEST"}, "not_head"),
        ({"modality": "MR"}, "not_head"),
        ({"contrast_agent": "Ultravist 370"}, "contrast"),
        ({"series_description": "Head C+ 5mm"}, "contrast"),
        ({"study_description": "CTA HEAD"}, "contrast"),
        ({"convolution_kernel": "H60s"}, "bone_kernel"),
        ({"convolution_kernel": "BONEPLUS"}, "bone_kernel"),
        ({"convolution_kernel": "FC30"}, "bone_kernel"),
    ],
)
def test_out_of_scope_is_said(identity: dict[str, str], code: str) -> None:
    assert codes(make_volume(**identity)) == {code}


@pytest.mark.parametrize(
    "identity",
    [
        {"convolution_kernel": "H31s"},
        {"convolution_kernel": "STANDARD"},
        {"convolution_kernel": "UB"},
        {"convolution_kernel": "FC26"},
        {"convolution_kernel": "J40s"},
        {"series_description": "Head without contrast"},
        {"contrast_agent": "NONE"},
        {"body_part": ""},
        {"body_part": "SKULL"},
    ],
)
def test_what_is_in_scope_is_not_warned_of(identity: dict[str, str]) -> None:
    assert codes(make_volume(**identity)) == set()


def test_few_and_thin_slices_are_said() -> None:
    assert codes(make_volume(slices=3)) == {"few_slices"}
    assert codes(make_volume(slices=20, step_mm=1.0)) == {"thin_slices"}


def test_pictures_without_hu_name_the_assumed_window() -> None:
    (finding,) = warnings_of(make_volume(is_hu=False))
    assert finding.code == "no_hu"
    assert "50/100" in finding.detail


def test_a_body_too_long_is_no_head() -> None:
    volume = make_volume(side=128)
    wide = replace(volume.geometry, pixel_spacing_mm=(4.0, 4.0))
    assert codes(replace(volume, geometry=wide)) == {"not_head"}


def test_a_slice_without_picture_is_not_called_free_of_blood(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    volume.hu[4] = -1024  # what a damaged slice is shown as
    prediction = Predictor(tiny_model).predict(volume)
    assert np.flatnonzero(~prediction.done).tolist() == [4]
    assert {w.code for w in prediction.warnings} == {"empty_slices"}


def test_repairs_and_doubts_of_the_passport_are_carried_over() -> None:
    passport = (
        Finding("wrap_repaired", "Wrapped."),
        Finding("tilt", "12°."),
        Finding("contrast", "Said so."),
    )
    assert codes(replace(make_volume(), passport=passport)) == {"wrap_repaired", "contrast"}


def refused(volume: Volume) -> set[str]:
    return {finding.code for finding in outside_scope(volume)}


@pytest.mark.parametrize(
    ("identity", "codes_"),
    [
        ({}, set()),
        ({"body_part": "CHEST"}, {"not_head"}),
        ({"modality": "MR"}, {"not_head"}),
        ({"contrast_agent": "Ultravist 370"}, {"contrast"}),
        ({"convolution_kernel": "H60s"}, set()),
    ],
)
def test_only_what_is_no_plain_head_is_refused(identity: dict[str, str], codes_: set[str]) -> None:
    assert refused(make_volume(**identity)) == codes_


def test_pictures_are_not_refused_unless_they_are_of_another_modality() -> None:
    assert refused(make_volume(is_hu=False, modality="")) == set()
    assert refused(make_volume(is_hu=False, modality="SC")) == set()
    assert refused(make_volume(is_hu=False, modality="MR")) == {"not_head"}


def test_a_coronal_stack_and_a_large_body_are_refused() -> None:
    upright = Finding("not_axial", "The slices stand 88° away from axial.")
    assert refused(replace(make_volume(), passport=(upright,))) == {"not_axial"}
    volume = make_volume(side=128)
    wide = replace(volume.geometry, pixel_spacing_mm=(4.0, 4.0))
    assert refused(replace(volume, geometry=wide)) == {"not_head"}


def test_a_series_without_any_picture_is_not_called_no_head() -> None:
    volume = make_volume()
    volume.hu[:] = -1024
    assert refused(volume) == set()
