"""Every format of files: what is written is read back the same, and a change of it is noticed."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import nibabel as nib
import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings

from ichcore.datasets.rsna_table import read_rsna_table, unpack
from ichcore.errors import InputError
from ichcore.export.coco import Coco
from ichcore.export.formats import FORMATS, format_named
from ichcore.export.nifti import Nifti
from ichcore.export.nnunet import IGNORED, NAME, NnUnet
from ichcore.export.nnunet_rules import broken_rules
from ichcore.export.rsna import RsnaTable
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.nifti import read_nifti
from ichcore.subtypes import CLASSES
from ichcore.volume import Geometry
from tests.ichcore.export.materials import annotation_of_mask, full_material, material_on, materials, said

OWN = ("nifti", "coco", "rsna", "nnunet", "bundle")
STRAIGHT = Geometry.regular((3, 8, 6), (5.0, 0.5, 0.4), origin_mm=(-120.0, 30.5, -7.0))


def with_pixel_changed(material):
    labels = material.annotation.mask.labels.copy()
    labels[1, 2, 3] = (labels[1, 2, 3] + 1) % 7
    mask = LabelMap(labels, material.annotation.mask.origins)
    return replace(material, annotation=replace(material.annotation, mask=mask))


@pytest.mark.parametrize("name", OWN)
@settings(max_examples=12, deadline=None)
@given(material=materials)
def test_on_any_grid_every_format_comes_back_the_same(name, material):
    form = format_named(name)
    with TemporaryDirectory() as folder:
        assert form.write(material, Path(folder))
        assert form.differences(material, Path(folder)) == []


@pytest.mark.parametrize("name", OWN)
def test_a_material_that_holds_everything_comes_back_the_same(name, tmp_path):
    material, form = full_material(), format_named(name)
    files = form.write(material, tmp_path)
    assert sorted(files) == sorted(p for p in tmp_path.rglob("*") if p.is_file())
    assert form.differences(material, tmp_path) == []


@pytest.mark.parametrize("name", ["nifti", "coco", "nnunet", "bundle"])
def test_one_other_voxel_is_a_difference(name, tmp_path):
    material, form = material_on(STRAIGHT), format_named(name)
    form.write(with_pixel_changed(material), tmp_path)
    assert any("(1, 2, 3)" in sentence for sentence in form.differences(material, tmp_path))


def test_a_format_is_imported_when_it_is_asked_for():
    code = (
        "import sys, ichcore.export.formats as f; "
        "assert not {m for m in sys.modules if 'ichcore.export.' in m} - {f.__name__}; "
        "f.format_named('rsna'); assert 'ichcore.export.coco' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    assert {"seg", "sr", "pmap"} < set(FORMATS)
    with pytest.raises(InputError, match="'xls' is no export format"):
        format_named("xls")


def test_nibabel_and_simple_itk_read_the_mask_where_it_is(tmp_path):
    material = material_on(STRAIGHT)
    Nifti().write(material, tmp_path)
    labels = material.annotation.mask.labels
    image = nib.load(tmp_path / "mask.nii.gz")
    place = np.array([-120.0 + 0.4 * 2, 30.5 + 0.5 * 5, -7.0 + 5.0])
    index = np.linalg.inv(image.affine) @ [-place[0], -place[1], place[2], 1]
    at = tuple(np.rint(index[:3]).astype(int))
    assert image.dataobj[at] == labels[1, 5, 2]
    itk = SimpleITK.ReadImage(tmp_path / "mask.nii.gz")
    assert itk[itk.TransformPhysicalPointToIndex(place)] == labels[1, 5, 2]


def test_a_tilted_and_uneven_series_keeps_its_true_positions(tmp_path):
    material = full_material()
    Nifti().write(material, tmp_path)
    image = nib.load(tmp_path / "mask.nii.gz")
    assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (1, 0)
    found = read_nifti(tmp_path / "mask.nii.gz").geometry
    assert found.origins_mm == pytest.approx(material.volume.geometry.origins_mm, abs=1e-4)
    (tmp_path / "grid.json").unlink()
    assert Nifti().differences(material, tmp_path) == [
        "grid.json does not give the true positions of the slices."
    ]
    stated = json.loads((tmp_path / "labels.json").read_text())
    assert stated["annotation"]["slices"][0]["answer"] == "unsure"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_coco_is_what_pycocotools_reads(tmp_path):
    coco = pytest.importorskip("pycocotools.coco")
    labels = np.zeros((3, 8, 6), np.uint8)
    labels[1, 2:5, 1:3], labels[1, 6, 4:6], labels[2, 0, 0] = 2, 2, 6
    material = replace(material_on(STRAIGHT), annotation=annotation_of_mask(labels))
    Coco().write(material, tmp_path)
    assert Coco().differences(material, tmp_path) == []
    read = coco.COCO(str(tmp_path / "annotations.json"))
    assert [read.cats[i]["name"] for i in range(1, 7)] == [*CLASSES[1:], "hemorrhage"]
    first, second, third = read.loadAnns(read.getAnnIds())
    assert (first["bbox"], first["area"], first["image_id"]) == ([1, 2, 2, 3], 6, 2)
    assert (second["bbox"], third["category_id"]) == ([4, 6, 2, 1], 6)
    assert read.annToMask(first).sum() == 6
    assert read.loadImgs(3)[0]["file_name"] == "1.2.3.2.dcm"


def test_the_rsna_table_is_one_that_our_reader_reads(tmp_path):
    labels = np.zeros((4, 8, 6), np.uint8)
    labels[1, 2, 2], labels[2, 2, 2] = 5, 3
    origins = np.where(labels > 0, Origin.HUMAN, Origin.NONE).astype(np.uint8)
    slices = {(3, "any"): said("unsure"), (2, "subdural"): said("unsure")}
    annotation = annotation_of_mask(labels, origins, study={}, slices=slices)
    material = replace(material_on(Geometry.regular((4, 8, 6), (5, 1, 1))), annotation=annotation)
    RsnaTable().write(material, tmp_path)
    read = {name: unpack(code) for name, code in read_rsna_table(tmp_path / "stage_2_train.csv").items()}
    assert list(read) == ["ID_1.2.3.1", "ID_1.2.3.2"]
    assert read["ID_1.2.3.1"] == ([True, False, False, False, False, True], [True] * 6)
    assert read["ID_1.2.3.2"] == ([True, False, False, True, False, False], [True] * 5 + [False])
    left = dict(line.split(",") for line in (tmp_path / "left_out.csv").read_text().splitlines())
    assert left["ID_1.2.3.0_any"] == "nobody looked"
    assert left["ID_1.2.3.2_subdural"] == left["ID_1.2.3.3_any"] == "unsure"


def test_several_series_make_one_nnunet_folder_that_keeps_its_rules(tmp_path):
    one = material_on(STRAIGHT)
    tilted = material_on(Geometry.regular((3, 8, 6), (5, 0.5, 0.4), tilt_deg=20), series_instance_uid="1.9")
    half = material_on(STRAIGHT, 5, series_instance_uid="1.10", study={})
    half.annotation.mask.origins[0] = Origin.MODEL
    for material in (one, tilted, half, one):
        NnUnet().write(material, tmp_path)
        assert NnUnet().differences(material, tmp_path) == []
    root = tmp_path / NAME
    stated = json.loads((root / "dataset.json").read_text())
    assert stated["numTraining"] == len(list((root / "imagesTr").iterdir())) == 3
    assert stated["labels"]["ignore"] == IGNORED == max(stated["labels"].values())
    notes = [case["notes"] for case in json.loads((root / "cases.json").read_text()).values()]
    assert sum("tilted" in "".join(note) for note in notes) == 1
    next((root / "labelsTr").iterdir()).unlink()
    assert any("lacks" in rule for rule in broken_rules(root))
    del stated["channel_names"]
    (root / "dataset.json").write_text(json.dumps(stated))
    assert broken_rules(root) == ["dataset.json lacks channel_names."]
