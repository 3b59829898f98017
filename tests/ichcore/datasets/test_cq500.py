import csv

import numpy as np
import pytest

from ichcore.datasets.cache import cache_set
from ichcore.datasets.cq500 import Cq500, read_cq500_reads
from ichcore.datasets.placing import Grid
from ichcore.datasets.terms import require_trainable, terms_of
from ichcore.errors import InputError
from tests.ichcore.datasets.layouts import SLICES, phantom, write_slices

KINDS = ("ICH", "IPH", "IVH", "SDH", "EDH", "SAH")


def write_reads(path, studies):
    """``{number: [votes of reader 1, 2, 3]}``, each a set of kinds; ``None`` for an empty read."""
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "Category", *(f"R{r}:{k}" for r in (1, 2, 3) for k in KINDS)])
        for number, votes in studies.items():
            cells = [("" if v is None else int(k in v)) for v in votes for k in KINDS]
            writer.writerow([f"CQ500-CT-{number}", "B1", *cells])


@pytest.fixture
def cq500(tmp_path):
    names = [f"1.2.3.{i}" for i in range(SLICES)]
    for number in (0, 7):
        write_slices(
            phantom(4), tmp_path / f"CQ500CT{number} CQ500CT{number}" / "Unknown Study" / "CT Plain", names
        )
    write_reads(
        tmp_path / "reads.csv",
        {0: [{"ICH", "EDH"}, {"ICH", "EDH", "SAH"}, {"ICH", "SAH", "IPH"}], 7: [set(), {"ICH"}, set()]},
    )
    return tmp_path


def test_the_majority_of_three_reads_a_study_as_a_whole(cq500):
    cases, _ = Cq500(cq500).cases()
    assert [case.patient for case in cases] == ["CQ500-CT-0", "CQ500-CT-7"]
    bleeding, clear = (case.open() for case in cases)
    assert bleeding.series_labels.tolist() == [True, True, False, False, True, False]
    # which slices bleed is not known, but none has a subtype that was read as absent
    assert bleeding.known[0].tolist() == [False, False, True, True, False, True]
    assert not bleeding.labels.any()
    assert clear.known.all()
    assert not clear.series_labels.any()


def test_it_is_for_looking_not_for_training(cq500, tmp_path):
    made = cache_set(Cq500(cq500), Grid(48, 5.0), tmp_path / "cache")
    assert not made.cases[0].terms.may_train
    with pytest.raises(InputError, match="may be looked at, not trained on"):
        require_trainable(made.cases)
    assert terms_of(made.cases)["non_commercial"]
    assert made.cases[0].series_labels.tolist() == [True, True, False, False, True, False]
    assert made.cases[0].series_known.all()


def test_without_reads_nothing_is_known_and_other_folders_are_left_out(cq500):
    (cq500 / "reads.csv").unlink()
    (cq500 / "notes").mkdir()
    cases, left = Cq500(cq500).cases()
    assert [one.file for one in left] == ["notes"]
    assert not cases[0].open().known.any()
    with pytest.raises(InputError, match="cannot be read as a table"):
        Cq500(cq500, cq500 / "elsewhere.csv").cases()


def test_a_read_left_open_is_known_where_the_others_agree(tmp_path):
    write_reads(tmp_path / "reads.csv", {3: [None, {"ICH"}, {"ICH", "SDH"}]})
    labels, known = read_cq500_reads(tmp_path / "reads.csv")[3]
    assert labels == (True, False, False, False, False, False)
    assert known == (True, True, True, True, True, False)
    (tmp_path / "reads.csv").write_text("name,R1:ICH\nCQ500-CT-1,0\n")
    with pytest.raises(InputError, match="lacks R1:EDH, R1:IPH"):
        read_cq500_reads(tmp_path / "reads.csv")


@pytest.mark.real
def test_the_four_studies_here_open(real_data):
    cases, _ = Cq500(real_data / "cq500").cases()
    assert len(cases) == 4
    opened = cases[0].open()
    assert opened.volume.shape[0] == 30
    assert np.ptp(opened.volume.hu) > 1500
