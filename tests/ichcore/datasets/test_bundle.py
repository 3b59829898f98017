"""Our own bundles as a labelled set."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.annotations.loss_weights import LOSS_WEIGHTS
from ichcore.datasets.bundle import Bundles
from ichcore.datasets.cache import cache_set
from ichcore.datasets.on_disk import set_on_disk
from ichcore.datasets.placing import Grid
from ichcore.errors import InputError
from ichcore.export.exporting import export
from ichcore.export.material import Material
from ichcore.masks.edits.origin import Origin
from tests.ichcore.datasets.layouts import phantom
from tests.ichcore.export.materials import annotation_of_mask, said


def of_phantom(seed=3, **more):
    """A phantom whose truth a reader has drawn."""
    case = phantom(seed, "epidural")
    uid, uids = case.volume.identity.series_instance_uid, case.volume.sop_instance_uids
    annotation = annotation_of_mask(
        case.truth, **{"series_instance_uid": uid, "sop_instance_uids": uids, **more}
    )
    return case, Material(case.volume, annotation)


def test_bundles_give_the_samples_that_phantoms_do(tmp_path):
    case, material = of_phantom()
    other, second = of_phantom(4)
    export(material, tmp_path / "one", ["bundle", "coco"])
    export(second, tmp_path / "deeper" / "two", ["bundle"])
    cases, left = set_on_disk("bundle", tmp_path, tmp_path).cases()
    assert not left
    assert {c.patient for c in cases} == {case.patient_id, other.patient_id}
    opened = next(c for c in cases if c.patient == case.patient_id).open()
    assert np.array_equal(opened.volume.hu, case.volume.hu)
    assert np.array_equal(opened.truth, case.truth)
    assert np.array_equal(opened.labels & opened.known, opened.labels)
    assert np.array_equal(opened.labels, case.labels)
    assert opened.drawn.all()
    assert (opened.weights == 1).all()


def test_what_nobody_said_is_unknown_and_weights_follow_provenance(tmp_path):
    case = phantom(3, "epidural")
    origins = np.where(case.truth > 0, Origin.MODEL, Origin.NONE).astype(np.uint8)
    there = np.flatnonzero(case.truth.any(axis=(1, 2)))
    drawn, looked = there[:2]
    origins[drawn][case.truth[drawn] > 0] = Origin.THRESHOLD
    _, material = of_phantom(
        study={}, slices={(int(looked), "any"): said("yes"), (int(looked), "subdural"): said("unsure")}
    )
    material.annotation.mask.origins[...] = origins
    export(material, tmp_path / "a", ["bundle"])
    opened = Bundles(tmp_path).cases()[0][0].open()
    rest = np.ones(len(origins), bool)
    rest[[drawn, looked]] = False
    assert not opened.known[rest].any()
    assert np.array_equal(opened.drawn, ~rest)
    assert not opened.known[looked, 5]
    assert opened.known[looked, 0]
    assert opened.weights[drawn] == pytest.approx(LOSS_WEIGHTS[Origin.THRESHOLD])
    assert opened.weights[looked] == 1.0
    assert not opened.weights[rest].any()


def test_a_speck_is_neither_positive_nor_negative_but_an_answer_counts(tmp_path):
    truth = np.zeros_like(phantom(3, "epidural").truth)
    truth[1, 40, 40] = truth[2, 40, 40] = 5
    _, material = of_phantom()
    mask = replace(material.annotation.mask, labels=truth, origins=(truth > 0).astype(np.uint8) * 4)
    annotation = replace(material.annotation, mask=mask, slices={(2, "subdural"): said("yes")})
    export(replace(material, annotation=annotation), tmp_path, ["bundle"])
    opened = Bundles(tmp_path).cases()[0][0].open()
    assert opened.known[1].tolist() == [False, True, True, True, True, False]
    assert opened.labels[2, [0, 5]].all()
    assert not opened.labels[1].any()


def test_the_cache_keeps_weights_and_labels_and_notices_a_newer_revision(tmp_path):
    _, material = of_phantom()
    export(material, tmp_path / "set", ["bundle"])
    grid = Grid(64, 3.6)
    made = cache_set(Bundles(tmp_path / "set"), grid, tmp_path / "cache").cases[0]
    assert made.weights.tolist() == [1.0] * len(made.labels)
    assert made.truth.any()
    assert made.boxes
    newer = replace(material, annotation=replace(material.annotation, revision=2, study={"any": said("no")}))
    export(newer, tmp_path / "set" / "newer", ["bundle"])
    again = cache_set(Bundles(tmp_path / "set"), grid, tmp_path / "cache")
    assert not again.cases[0].labels.any()
    assert "as new or newer" in again.left_out[0].reason


def test_broken_bundles_are_left_out_and_an_empty_folder_is_refused(tmp_path):
    _, material = of_phantom()
    export(material, tmp_path / "good", ["bundle"])
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "bundle.json").write_text("{}")
    cases, left = Bundles(tmp_path).cases()
    assert len(cases) == 1
    assert left[0].file == "bad"
    (tmp_path / "good" / "bundle" / "hu.npy").write_bytes(b"")
    with pytest.raises(InputError, match=r"hu\.npy has changed"):
        cases[0].open()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no bundle"):
        Bundles(tmp_path / "empty").cases()
