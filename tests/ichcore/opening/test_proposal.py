from __future__ import annotations

import pytest

from ichcore.opening import find_series
from tests.ichcore.dicom.ct_file import ct, save_all


def offered(tmp_path, better, worse):
    """Write two series that differ as told; whether the first is the one proposed."""
    for number, given in ((1, worse), (2, better)):
        changes = {"slices": 12, "step": 5, **given}
        slices, step = changes.pop("slices"), changes.pop("step")
        images = [
            ct(
                100 * number + i,
                SeriesInstanceUID=f"1.{number}",
                **{"ImagePositionPatient": [0, 0, step * i], **changes},
            )
            for i in range(slices)
        ]
        save_all(tmp_path / str(number), images)
    return find_series(tmp_path).proposed.series_instance_uid == "1.2"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"ContrastBolusAgent": "IOMERON"}),
        ({"SeriesDescription": "PRE CONTRAST THIN"}, {"SeriesDescription": "HEAD POST CONTRAST"}),
        ({"SeriesDescription": "W/O CONTRAST"}, {"SeriesDescription": "HEAD CTA"}),
        ({}, {"ConvolutionKernel": "BONEPLUS"}),
        ({}, {"ConvolutionKernel": "FC81"}),
        ({"BodyPartExamined": "BRAIN"}, {"BodyPartExamined": "CSPINE", "SeriesDescription": "NECK"}),
        ({}, {"slices": 3}),
        ({}, {"step": 60}),
        ({}, {"ImageOrientationPatient": [1, 0, 0, 0, 0, -1], "ImagePositionPatient": [0, 0, 0]}),
        ({}, {"ImageType": ["DERIVED", "SECONDARY", "REFORMATTED"]}),
        ({"SliceThickness": 5}, {"SliceThickness": 0.6}),
    ],
)
def test_the_series_to_read_is_proposed(tmp_path, better, worse):
    assert offered(tmp_path, better, worse)


def test_the_reasons_can_be_read(tmp_path):
    save_all(tmp_path, [ct(i) for i in range(12)])
    reasons = find_series(tmp_path).proposed.suitability.reasons
    assert "modality CT (+20)" in reasons
    assert "named a head (+15)" in reasons
