"""What an export holds comes back onto the open series, and onto no other."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.answer import Answer
from ichcore.annotations.contents import Contents
from ichcore.errors import InputError
from ichcore.export.deidentify import deidentified
from ichcore.export.exporting import export
from ichcore.export.importing import imported, read_labels
from ichcore.export.nnunet import NAME, case_name
from ichcore.masks.edits.origin import Origin
from ichcore.volume import SeriesIdentity
from tests.ichcore.export.materials import material_on, said
from tests.ichcore.export.test_formats import STRAIGHT


def named(uid: str, seed: int):
    """A series with UIDs of its own, of which every label has one origin a class."""
    uids = tuple(f"{uid}.{i}" for i in range(3))
    made = material_on(STRAIGHT, seed, series_instance_uid=uid, sop_instance_uids=uids)
    identity = SeriesIdentity(series_instance_uid=uid, patient_name="Lovelace^Ada")
    made.annotation.mask.origins[made.annotation.mask.labels == 2] = Origin.THRESHOLD
    return replace(made, volume=replace(made.volume, identity=identity, sop_instance_uids=uids))


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    out = tmp_path_factory.mktemp("several") / "out"
    for uid, seed in (("1.8", 8), ("1.9", 9)):
        export(named(uid, seed), out, ["coco", "rsna", "nnunet"])
    return out


@pytest.mark.parametrize("at", ["", "coco", "coco/annotations.json"])
def test_coco_gives_the_open_series_its_own_mask(several, at):
    for uid, seed in (("1.8", 8), ("1.9", 9)):
        material = named(uid, seed)
        found = read_labels(several / at, material.volume)
        assert np.array_equal(found.labels, material.annotation.mask.labels)
        assert np.array_equal(found.origins, material.annotation.mask.origins)
    with pytest.raises(InputError, match="holds 2 series, and none of them is the one that is open"):
        read_labels(several / at, named("1.7", 8).volume)


def test_nnunet_gives_the_open_series_its_own_labels(several):
    material, folder = named("1.9", 9), several / "nnunet"
    labels = folder / NAME / "labelsTr" / f"{case_name(material)}.nii.gz"
    for path in (folder, folder / NAME / "cases.json", labels):
        found = read_labels(path, material.volume)
        assert np.array_equal(found.labels, material.annotation.mask.labels)
    with pytest.raises(InputError, match="none of them is the one that is open"):
        read_labels(folder, named("1.7", 9).volume)


def test_the_table_gives_answers_and_leaves_the_mask_alone(several):
    material = named("1.9", 9)
    answers = read_labels(several / "rsna" / "stage_2_train.csv", material.volume)
    there = (material.annotation.mask.labels == 5).any(axis=(1, 2))
    assert [answers[i, "subdural"].answer is Answer.YES for i in range(3)] == there.tolist()
    contents = Contents.of(material.annotation)
    contents.answers[None, "epidural"] = said("unsure")
    step = imported(contents, answers, "table")
    assert step.mask is None
    step.apply(contents)
    assert contents.answers[0, "any"].answer is Answer.YES
    assert contents.answers[None, "epidural"].answer is Answer.UNSURE


def test_a_deidentified_bundle_finds_its_series_by_the_pixels(tmp_path):
    material, other = named("1.8", 8), named("1.9", 9)
    for number, one in enumerate((material, other)):
        clean = deidentified(one)
        assert not set(clean.annotation.sop_instance_uids) & set(one.annotation.sop_instance_uids)
        export(clean, tmp_path / str(number), ["bundle"], deidentified=True)
    found = read_labels(tmp_path, material.volume)
    assert isinstance(found, Annotation)
    assert found.sop_instance_uids == material.volume.sop_instance_uids
    assert found.series_instance_uid == "1.8"
    assert np.array_equal(found.mask.labels, material.annotation.mask.labels)
    assert found.reader == "Reader 1"


@pytest.mark.parametrize("why", ["its pixels are others on 1 of 3 slices", "its slices lie elsewhere"])
def test_a_bundle_of_other_pixels_or_places_is_refused(tmp_path, why):
    material = named("1.8", 8)
    export(deidentified(material), tmp_path, ["bundle"], deidentified=True)
    volume = material.volume
    if "pixels" in why:
        hu = volume.hu.copy()
        hu[1, 2, 3] += 1
        volume = replace(volume, hu=hu)
    else:
        volume = replace(volume, geometry=replace(STRAIGHT, origins_mm=STRAIGHT.origins_mm + 0.5))
    with pytest.raises(InputError, match=why):
        read_labels(tmp_path, volume)
