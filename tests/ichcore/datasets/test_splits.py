import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ichcore.datasets.case_files import CaseFiles
from ichcore.datasets.splits import (
    PARTS,
    Split,
    make_folds,
    make_split,
    positive_shares,
    read_split,
    set_digest,
    write_split,
)
from ichcore.errors import InputError


def case(patient, positive, slices=10, name=""):
    labels = np.zeros((slices, 6), bool)
    labels[:positive, :2] = True
    blank = np.zeros((slices, 1, 1))
    return CaseFiles(
        patient, blank.astype(np.int16), blank.astype(np.uint8), labels, {"case": name or patient}
    )


patients = st.lists(
    st.tuples(st.text("abcdé0 ", min_size=1, max_size=4), st.integers(0, 10)), min_size=3, max_size=60
).filter(lambda listed: len({name for name, _ in listed}) >= 3)


@given(patients, st.integers(0, 2**31))
def test_no_patient_is_shared_none_is_lost_and_the_draw_repeats(listed, seed):
    cases = [case(name, positive, name=f"{name}-{i}") for i, (name, positive) in enumerate(listed)]
    split = make_split(cases, "set", seed=seed)
    dealt = [patient for part in split.parts.values() for patient in part]
    assert sorted(dealt) == sorted({c.patient for c in cases})
    assert sum(len(split.select(cases, part)) for part in split.parts) == len(cases)
    again = make_split(cases[::-1], "set", seed=seed)
    assert again == split
    for part, share in PARTS.items():
        assert abs(len(split.parts[part]) - share * len(dealt)) <= 2


@given(st.integers(0, 10**6))
def test_every_part_has_its_share_of_bleeding_patients(seed):
    cases = [case(f"p{i}", i % 10) for i in range(100)]
    split = make_split(cases, "set", seed=seed)
    for part in split.parts:
        mean = np.mean([c.labels[:, 0].mean() for c in split.select(cases, part)])
        assert abs(mean - 0.45) < 0.06


def test_another_seed_is_another_split():
    cases = [case(f"p{i}", i % 4) for i in range(40)]
    assert make_split(cases, "s", seed=1).parts != make_split(cases, "s", seed=2).parts


def test_folds_are_of_one_size():
    cases = [case(f"p{i}", i % 4) for i in range(40)]
    assert {len(part) for part in make_folds(cases, "s", seed=1).parts.values()} == {8}


def test_a_split_survives_its_file_and_can_be_read_by_a_person(tmp_path):
    cases = [case(f"p{i}", i % 4) for i in range(10)]
    split = make_split(cases, "set", seed=5)
    write_split(split, tmp_path / "split.json")
    assert read_split(tmp_path / "split.json", cases) == split
    assert '"p3"' in (tmp_path / "split.json").read_text().replace(" ", "")
    assert json.loads((tmp_path / "split.json").read_text())["patients"] == {
        "train": 6,
        "validation": 2,
        "test": 2,
    }


def test_a_patient_in_two_parts_is_refused(tmp_path):
    cases = [case(f"p{i}", i % 4) for i in range(5)]
    path = tmp_path / "split.json"
    write_split(make_split(cases, "set", seed=5), path)
    table = json.loads(path.read_text())
    table["parts"]["test"].append(table["parts"]["train"][0])
    path.write_text(json.dumps(table))
    with pytest.raises(InputError, match="a patient belongs to one part"):
        read_split(path, cases)
    with pytest.raises(InputError, match="train twice"):
        Split("s", "", 0, {"train": ("a", "a")})


def test_a_split_of_another_set_is_refused(tmp_path):
    cases = [case(f"p{i}", i % 4) for i in range(6)]
    path = tmp_path / "split.json"
    write_split(make_split(cases, "set", seed=5), path)
    with pytest.raises(InputError, match=r"Patient new is in no part of split\.json"):
        read_split(path, [*cases, case("new", 1)])
    with pytest.raises(InputError, match="Patient p5 is not in the set"):
        read_split(path, cases[:-1])
    with pytest.raises(InputError, match="drawn from"):
        read_split(path, [*cases[:-1], case("p5", 7)])
    path.write_text('{"schema": "other/1"}')
    with pytest.raises(InputError, match="schema other/1"):
        read_split(path, cases)
    with pytest.raises(InputError, match="no readable split"):
        read_split(tmp_path / "none.json", cases)
    with pytest.raises(InputError, match="no part 'fold-1'"):
        make_split(cases, "set", seed=5).select(cases, "fold-1")


def test_too_few_patients_and_empty_parts_are_refused():
    with pytest.raises(InputError, match="cannot be divided"):
        make_split([case("a", 1), case("b", 1)], "s", seed=1)
    with pytest.raises(InputError, match="positive share"):
        make_split([case("a", 1), case("b", 1)], "s", seed=1, parts={"train": 1.0, "test": 0.0})


def test_unknown_slices_do_not_count_and_a_read_of_the_series_stands_in():
    half = case("a", 5)
    known = half.known.copy()
    known[3:] = False
    assert positive_shares([replace(half, known=known)]) == {"a": 1.0}
    unread = replace(half, known=np.zeros_like(known), about={"series_labels": [True] + [False] * 5})
    assert positive_shares([unread]) == {"a": 1.0}
    assert set_digest([half]) != set_digest([replace(half, known=known)])
