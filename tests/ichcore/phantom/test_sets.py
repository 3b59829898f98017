from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import nibabel as nib
import numpy as np
import pytest

from ichcore.errors import CancelledError, InputError
from ichcore.phantom import case_seed, iterate_cases, write_cases
from ichcore.phantom.mix import draw_subtypes
from ichcore.phantom.sets import LABEL_COLUMNS
from ichcore.progress import CancelToken
from ichcore.subtypes import SUBTYPES, hemorrhage_class

if TYPE_CHECKING:
    from pathlib import Path


def test_layout_of_a_written_set(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    out = tmp_path / "out"
    arguments = {"subtypes": ("intraparenchymal",), "slices": 6, "size": 96}
    table = write_cases(
        out, 2, 3, **arguments, progress=lambda done, total, _="": steps.append((done, total))
    )
    assert steps == [(0, 2), (1, 2), (2, 2)]
    assert sorted(p.name for p in (out / "cases").iterdir()) == ["0001", "0002"]
    with table.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == LABEL_COLUMNS
    assert len(rows) == 12
    assert len({r["series_instance_uid"] for r in rows}) == 2
    for number, case in enumerate(iterate_cases(2, 3, **arguments), start=1):
        folder = out / "cases" / f"{number:04d}"
        assert len(list((folder / "dicom").glob("*.dcm"))) == 6
        boxes = json.loads((folder / "boxes.json").read_text())
        assert {tuple(b["box"]) for b in boxes} == {b.box for b in case.boxes}
        truth = nib.load(folder / "truth.nii.gz")
        # RAS: columns run to the left and rows to the back in an axial series, so both are turned
        np.testing.assert_array_equal(np.asarray(truth.dataobj)[::-1, ::-1].transpose(2, 1, 0), case.truth)
        rows_, columns = case.truth.shape[1:]
        corner = case.volume.geometry.to_lps_mm(0, rows_ - 1, columns - 1)
        np.testing.assert_allclose(truth.affine[:3, 3], corner * [-1, -1, 1], atol=1e-3)
        sheared = case.volume.geometry.shear_deg > 0.01
        assert int(truth.header["qform_code"]) == (0 if sheared else 1)
        mine = [r for r in rows if r["patient_id"] == case.patient_id]
        assert [r["any"] == "1" for r in mine] == case.labels[:, 0].tolist()


def test_every_head_of_a_set_has_the_wide_cistern_that_was_asked_for() -> None:
    plain, wide = (
        list(iterate_cases(2, 3, subtypes=(), slices=14, size=96, wide_cistern=on)) for on in (False, True)
    )
    for one, other in zip(plain, wide, strict=True):
        assert not other.labels.any()
        low = slice(0, 5)
        assert (one.volume.hu[low] != other.volume.hu[low]).any()


def test_seeds_of_a_set_do_not_repeat() -> None:
    seeds = {case_seed(s, n) for s in range(20) for n in range(1, 50)}
    assert len(seeds) == 20 * 49


def test_no_cases_and_cancelled_sets(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least 1"):
        write_cases(tmp_path, 0, 1)
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        write_cases(tmp_path / "x", 1, 1, cancel=token)
    assert not (tmp_path / "x" / "labels.csv").exists()


def test_the_even_mix_draws_every_subtype_as_often_as_no_bleed() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_subtypes(rng, "even") for _ in range(3000)]
    for wanted in ((), *((s,) for s in SUBTYPES)):
        assert np.mean([d == wanted for d in drawn]) == pytest.approx(1 / 6, abs=0.03)


def test_the_natural_mix_favours_subdural_and_rarely_draws_epidural() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_subtypes(rng, "natural") for _ in range(3000)]
    share = {s: np.mean([s in d for d in drawn]) for s in SUBTYPES}
    assert 0.55 < np.mean([d == () for d in drawn]) < 0.7
    assert share["epidural"] < 0.05 < share["intraventricular"] < share["subdural"]
    assert all(hemorrhage_class(s).label for d in drawn for s in d)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_about_one_slice_in_seven_of_a_natural_mix_bleeds() -> None:
    cases = iterate_cases(80, 5, mix="natural", slices=36, size=256)
    assert np.mean(np.concatenate([case.labels[:, 0] for case in cases])) == pytest.approx(0.14, abs=0.05)
