"""The bundle gives everything back, and nothing where a byte of it changed."""

import json

import numpy as np
import pytest

from ichcore.errors import IchError, InputError, RefusedError
from ichcore.export.bundle import Bundle
from ichcore.export.bundle_reading import read_bundle
from ichcore.export.comparing import material_differences
from ichcore.files import sha256_of
from tests.ichcore.export.materials import full_material


@pytest.fixture
def folder(tmp_path):
    Bundle().write(full_material(), tmp_path)
    return tmp_path


def test_everything_comes_back_in_every_value(folder):
    before, after = full_material(), read_bundle(folder)
    assert material_differences(before, after) == []
    assert after.annotation.slices == before.annotation.slices
    assert after.annotation.study == before.annotation.study
    assert after.annotation.boxes == before.annotation.boxes
    assert after.annotation.notes == before.annotation.notes
    assert after.annotation.seconds == before.annotation.seconds
    assert after.volume.identity == before.volume.identity
    assert after.volume.windows == before.volume.windows
    assert np.array_equal(after.volume.geometry.origins_mm, before.volume.geometry.origins_mm)
    assert np.array_equal(after.prediction.probabilities, before.prediction.probabilities, equal_nan=True)
    assert after.headers[2].PatientName == "Lovelace^Ada"
    after.annotation.mask.labels[0, 0, 0] = 1  # the work goes on


@pytest.mark.parametrize("name", ["hu.npy", "mask.npz", "activation.npz", "headers/0001.dcm"])
def test_a_changed_or_missing_file_is_noticed(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[-1] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(InputError, match=f"{name} has changed"):
        read_bundle(folder)
    (folder / name).unlink()
    with pytest.raises(InputError, match="cannot be checked"):
        read_bundle(folder)


def restated(folder, change):
    path = folder / "bundle.json"
    stated = json.loads(path.read_text())
    change(stated)
    for name, one in stated["files"].items():
        if (folder / name).is_file():
            one["sha256"] = sha256_of(folder / name)
    path.write_text(json.dumps(stated))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda s: s.update(schema="other/1"), InputError),
        (lambda s: s.pop("geometry"), InputError),
        (lambda s: s["geometry"].update(shape=[40000, 40000, 40000]), IchError),
        (lambda s: s["geometry"].update(shape=[4, 7, 9]), InputError),
        (lambda s: s["files"].update({"../../etc/passwd": {"sha256": ""}}), RefusedError),
        (lambda s: s["annotation"]["boxes"][0].update({"index": 9}), InputError),
        (lambda s: s["annotation"]["study"][0].update({"class": "blood"}), InputError),
        (lambda s: s["annotation"]["sop_instance_uids"].reverse(), InputError),
        (lambda s: s.update(activation=["any", "x/../../y"]), InputError),
        (lambda s: s.update(headers=["../bundle.json"] * 4), InputError),
        (lambda s: s["series"].update(identity={"patient": 1}), InputError),
        (lambda s: s["prediction"].update(probabilities="x"), InputError),
    ],
)
def test_a_bundle_that_lies_is_refused_in_one_sentence(folder, change, error):
    restated(folder, change)
    with pytest.raises(error) as caught:
        read_bundle(folder)
    assert str(caught.value).endswith((".", "expected 'ichcore.bundle/1'."))


def test_an_array_of_objects_is_never_unpickled(folder):
    np.save(folder / "hu.npy", np.array([{"a": 1}], object), allow_pickle=True)
    restated(folder, lambda s: None)
    with pytest.raises(InputError, match=r"hu\.npy holds"):
        read_bundle(folder)


def test_a_mask_of_another_grid_is_not_written(tmp_path):
    material = full_material()
    object.__setattr__(material.volume, "hu", material.volume.hu[:, 1:])
    with pytest.raises(IchError, match="must be of one shape"):
        Bundle().write(material, tmp_path)
    assert not list(tmp_path.iterdir())
