import numpy as np
import pytest

from ichcore.datasets.cache import cache_set
from ichcore.datasets.placing import Grid
from ichcore.datasets.rsna import Rsna
from ichcore.datasets.rsna_index import index_headers
from ichcore.datasets.rsna_table import read_rsna_table, unpack
from ichcore.errors import InputError
from tests.ichcore.datasets.layouts import SLICES, phantom, rsna_rows, write_rsna_table, write_slices

# RSNA names slices by ids that are no UIDs
pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR UI")

TRUNCATED = "ID_6431af929"
TWICE = ("ID_a64d5deed", "ID_921490062", "ID_489ae4179", "ID_854fba667")


@pytest.fixture
def rsna(tmp_path):
    """Two patients; file names in no order; the listed quirks once each."""
    root = tmp_path / "rsna"
    images = root / "stage_2_train"
    one, other = phantom(3, "epidural"), phantom(4)
    names = [TWICE[0], "ID_ffffff01", *TWICE[1:], "ID_00aaaaaa"]
    # the lowest slice has the last name: only positions tell the order
    write_slices(one, images, names[:SLICES], patient="ID_p1", series="ID_s1")
    write_slices(
        other, images, [f"ID_0000000{i}" for i in range(5)] + [TRUNCATED], patient="ID_p2", series="ID_s2"
    )
    cut = images / f"{TRUNCATED}.dcm"
    cut.write_bytes(cut.read_bytes()[:-5000])
    rows = [
        row
        for name, labels in zip(names[:SLICES], one.labels, strict=True)
        for row in rsna_rows(name, labels)
    ]
    rows += [row for name in TWICE for row in rows if row[0].startswith(name)]
    rows += [r for i in range(5) for r in rsna_rows(f"ID_0000000{i}", np.zeros(6))]
    rows += rsna_rows(TRUNCATED, np.zeros(6))
    write_rsna_table(root / "stage_2_train.csv", rows)
    return Rsna(root, tmp_path / "index.csv"), one, other


def test_slices_become_series_ordered_by_position_with_their_labels(rsna):
    source, one, _ = rsna
    cases, left = source.cases()
    assert [(case.name, case.patient) for case in cases] == [("ID_s1", "ID_p1"), ("ID_s2", "ID_p2")]
    assert not left
    opened = cases[0].open()
    assert np.array_equal(np.maximum(opened.volume.hu, -1024), np.maximum(one.volume.hu, -1024))
    assert np.array_equal(opened.labels, one.labels)
    assert opened.known.all()
    assert opened.truth is None


def test_the_slice_that_ends_too_early_has_no_known_label(rsna):
    source, _, _ = rsna
    opened = source.cases()[0][1].open()
    assert not opened.known[-1].any()
    assert opened.known[:-1].all()
    assert "end too early" in opened.notes[0]


def test_the_set_is_cached_with_patients_and_without_room_for_masks(rsna, tmp_path):
    source, _, _ = rsna
    made = cache_set(source, Grid(48, 5.0), tmp_path / "cache")
    assert [case.patient for case in made.cases] == ["ID_p1", "ID_p2"]
    assert not made.cases[0].drawn.any()
    assert not made.cases[0].truth.any()
    assert not list((tmp_path / "cache").rglob("truth.npy"))
    assert made.cases[1].known.sum() == (SLICES - 1) * 6


def test_ids_listed_twice_count_once_and_contradictions_are_not_known(tmp_path):
    path = tmp_path / "t.csv"
    labels = np.array([1, 1, 0, 0, 0, 0])
    write_rsna_table(path, [*rsna_rows("ID_a", labels), *rsna_rows("ID_a", labels)])
    assert unpack(read_rsna_table(path)["ID_a"]) == ([True, True] + [False] * 4, [True] * 6)
    write_rsna_table(path, [*rsna_rows("ID_a", labels), *rsna_rows("ID_a", np.array([1, 0, 0, 0, 0, 0]))] * 2)
    stated, known = unpack(read_rsna_table(path)["ID_a"])
    assert known == [True, False, True, True, True, True]
    assert not stated[1]


@pytest.mark.parametrize("row", [["ID_a_epidural", "2"], ["ID_a_stroke", "1"], ["ID_a_any"]])
def test_a_strange_row_is_named(tmp_path, row):
    write_rsna_table(tmp_path / "t.csv", [["ID_b_any", "0"], row])
    with pytest.raises(InputError, match="line 3: found 'ID_a"):
        read_rsna_table(tmp_path / "t.csv")


def test_headers_are_read_once_and_a_stopped_index_goes_on(rsna, monkeypatch):
    source, _, _ = rsna
    images = source.root / "stage_2_train"
    first, _ = index_headers(images, source.index)
    text = source.index.read_text().splitlines()
    source.index.write_text("\n".join(text[:-1]) + "\n" + text[-1][:9])
    looked = []
    from ichcore.datasets import rsna_index

    real = rsna_index._look
    monkeypatch.setattr(rsna_index, "_look", lambda path: looked.append(path.name) or real(path))
    again, _ = index_headers(images, source.index)
    assert again == first
    assert len(looked) == 1


def test_what_is_not_the_set_is_said(tmp_path):
    with pytest.raises(InputError, match=r"holds no stage_2_train\.csv"):
        Rsna(tmp_path, tmp_path / "i.csv").cases()
    write_rsna_table(tmp_path / "stage_2_train.csv", [])
    with pytest.raises(InputError, match="no folder stage_2_train"):
        Rsna(tmp_path, tmp_path / "i.csv").cases()
