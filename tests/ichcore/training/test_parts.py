import dataclasses

import numpy as np
import pytest

from ichcore.datasets.case_files import read_case
from ichcore.errors import InputError
from ichcore.training.batches import Batches, SliceTable
from ichcore.training.parts import PaintedSpec, Part, SetSpec, chances, folders_of, make_sets, read_part
from tests.ichcore.datasets.layouts import SLICES, phantom, write_slices
from tests.ichcore.training.toy import toy_cases

GRID = (48, 5.0)


def blank(cases, folder):
    """The same cases as if they held no blood."""
    return [dataclasses.replace(case, labels=np.zeros_like(case.labels)) for case in cases]


def test_an_epoch_draws_parts_and_bleeds_by_their_shares(tmp_path):
    many, few = toy_cases(tmp_path, 0, 4), blank(toy_cases(tmp_path, 10, 1), tmp_path)
    spec = SetSpec("phe-sich")
    chance = chances([(Part(spec, share=0.75, positive=0.2), many), (Part(spec, share=0.25), few)])
    table = SliceTable([*many, *few], chance)
    rows = np.concatenate(list(Batches(table, 8, shuffle=True, drawn=400, seed=1).rows()))
    assert len(rows) == 400
    of_many = rows < 48
    assert abs(int(of_many.sum()) - 300) <= 2
    assert abs(int(table.labels[rows[of_many], 0].sum()) - 60) <= 2
    # drawn evenly: of 12 slices 100 times, none is forgotten and none drawn much oftener than another
    times = np.bincount(rows[~of_many] - 48, minlength=12)
    assert times.min() >= 7
    assert times.max() <= 10


def test_two_epochs_draw_otherwise_and_one_seed_draws_the_same(tmp_path):
    cases = toy_cases(tmp_path, 0, 2)
    table = SliceTable(cases, chances([(Part(SetSpec("phe-sich"), share=1.0), cases)]))
    first, same, other = (
        np.concatenate(list(Batches(table, 4, shuffle=True, drawn=16, seed=seed).rows()))
        for seed in (3, 3, 4)
    )
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_shares_are_stated_for_all_parts_or_for_none(tmp_path):
    cases = toy_cases(tmp_path, 0, 1)
    assert chances([(Part(SetSpec("phe-sich")), cases)]) is None
    with pytest.raises(InputError, match="state all or none"):
        chances([(Part(SetSpec("phe-sich")), cases), (Part(SetSpec("phe-sich"), share=0.5), cases)])


def test_a_recipe_says_which_set_it_lacks(tmp_path):
    part = read_part({"set": "blank", "share": 1.0}, *GRID)
    with pytest.raises(InputError, match="--set blank=FOLDER"):
        make_sets({"train": part}, GRID, tmp_path)


def test_folders_come_as_kind_and_folder(tmp_path):
    assert folders_of([f"blank={tmp_path}"]) == {"blank": tmp_path}
    with pytest.raises(InputError, match="expected KIND=FOLDER"):
        folders_of(["somewhere"])


def test_phantoms_series_free_of_blood_and_implants_into_them_make_one_set(tmp_path):
    series = tmp_path / "hospital" / "blank-1"
    write_slices(phantom(4, slices=SLICES), series, [f"1.2.3.{i}" for i in range(SLICES)])
    tiny = {"cases": 1, "slices": 2, "scan_size": 96}
    parts = {
        "train": read_part({**tiny, "first_seed": 1, "kinds": ["blank"], "share": 0.5}, *GRID),
        "implants": read_part({"hosts": ["blanks"], "first_seed": 7, "cases": 6, "share": 0.3}, *GRID),
        "blanks": read_part({"set": "blank", "share": 0.2}, *GRID),
        "validation": read_part({**tiny, "first_seed": 5, "kinds": ["epidural"]}, *GRID),
        "test": read_part({"first_seed": 9, "cases": 1}, *GRID),
    }
    sets = make_sets(parts, GRID, tmp_path / "sets", folders={"blank": tmp_path / "hospital"})
    assert [case.patient for case in sets.validation] == ["phantom-0000005"]
    kinds = [case.about.get("kind", case.patient) for case in sets.train]
    assert kinds[0] == "blank"
    assert "implanted" in kinds
    assert kinds[-1] == "blank-1"
    free = sets.train[-1]
    assert free.known.all()
    assert not free.labels.any()
    assert not free.terms.non_commercial
    assert sets.chance is not None
    assert sets.chance.sum() == pytest.approx(1.0)
    assert not (tmp_path / "sets" / "phantom-0000009").exists()
    again = make_sets(parts, GRID, tmp_path / "sets", folders={"blank": tmp_path / "hospital"})
    assert [case.patient for case in again.train] == [case.patient for case in sets.train]


def test_hosts_only_lend_their_slices_and_are_not_looked_at(tmp_path):
    series = tmp_path / "hospital" / "blank-1"
    write_slices(phantom(4, slices=SLICES), series, [f"1.2.3.{i}" for i in range(SLICES)])
    parts = {
        "blanks": read_part({"set": "blank", "share": 0.2, "hosts_only": True}, *GRID),
        "implants": read_part({"hosts": ["blanks"], "first_seed": 7, "cases": 6, "share": 0.3}, *GRID),
        "validation_blanks": read_part({"set": "blank", "hosts_only": True}, *GRID),
    }
    sets = make_sets(parts, GRID, tmp_path / "root", folders={"blank": series.parent})
    assert sets.train
    assert all(case.about["kind"] == "implanted" for case in sets.train)
    assert sets.validation == []
    assert len(sets.chance) == sum(len(case.labels) for case in sets.train)


def test_a_slice_without_blood_teaches_that_no_place_in_it_bleeds(tmp_path):
    case = toy_cases(tmp_path, 0, 1)[0]
    silver = dataclasses.replace(read_case(tmp_path / "toy-0"), about={**case.about, "masks_teach": False})
    assert SliceTable([case]).taught.all()
    assert np.array_equal(SliceTable([silver]).taught, ~silver.labels[:, 0])


def test_painted_heads_name_a_part_that_was_made_before_them_and_a_model(tmp_path):
    part = read_part({"painted": ["real"], "seen_by": "window-fusion-compact"}, 64, 3.4)
    assert isinstance(part.spec, PaintedSpec)
    with pytest.raises(InputError, match="names the host 'real'"):
        make_sets({"train": part}, (64, 3.4), tmp_path)
    with pytest.raises(TypeError):
        read_part({"painted": ["real"]}, *GRID)
