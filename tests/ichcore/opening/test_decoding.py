from __future__ import annotations

import threading

import numpy as np
import pytest

from ichcore.errors import CancelledError, InputError
from ichcore.opening import begin, decode, find_series, open_volume
from ichcore.progress import CancelToken
from tests.ichcore.dicom.ct_file import ct, save_all, unsigned12


@pytest.fixture
def entry(tmp_path):
    save_all(tmp_path, [ct(i) for i in range(9)])
    return find_series(tmp_path).proposed


def test_begin_is_air_and_decode_fills_the_same_array(entry):
    volume = begin(entry)
    assert (volume.hu == -1024).all()
    assert not volume.decoded.any()
    finished = decode(entry, volume)
    assert finished.hu is volume.hu
    assert finished.complete
    assert finished.hu[:, 8, 8].tolist() == list(range(40, 49))


@pytest.mark.parametrize(("first", "expected"), [(None, 4), (7, 7), (0, 0), (99, 8)])
def test_the_wanted_slice_comes_first_and_is_true(entry, first, expected):
    volume = begin(entry)
    seen = []
    lock = threading.Lock()

    def on_slice(index):
        with lock:
            assert volume.decoded[index]
            seen.append((index, int(volume.hu[index, 8, 8])))

    decode(entry, volume, first=first, on_slice=on_slice)
    assert seen[0] == (expected, 40 + expected)
    assert sorted(index for index, _ in seen) == list(range(9))


def test_cancelling_keeps_what_is_in_and_decoding_can_go_on(entry):
    volume = begin(entry)
    token = CancelToken()
    with pytest.raises(CancelledError):
        decode(entry, volume, on_slice=lambda _: token.cancel(), cancel=token)
    assert 0 < volume.decoded.sum() < 9
    again = []
    finished = decode(entry, volume, on_slice=again.append)
    assert finished.complete
    assert 4 not in again


def test_an_error_in_a_listener_is_not_swallowed(entry):
    def on_slice(index):
        raise KeyError(index)

    with pytest.raises(KeyError):
        decode(entry, begin(entry), on_slice=on_slice)


def test_progress_counts_every_slice(entry):
    steps = []
    decode(entry, begin(entry), progress=lambda done, total, message="": steps.append((done, total)))
    assert sorted(steps) == [(i, 9) for i in range(1, 10)]


def test_a_finding_of_some_slices_names_them(tmp_path):
    plain = np.full((16, 16), 1064)
    padded = plain.copy()
    padded[0] = -2000
    from tests.ichcore.dicom.ct_file import set_pixels

    save_all(
        tmp_path, [set_pixels(ct(i), (padded if i in (1, 2) else plain).astype("<i2")) for i in range(4)]
    )
    finding = next(f for f in open_volume(tmp_path).passport if f.code == "padding_undeclared")
    assert finding.detail.endswith("In slices 2–3.")


def test_whether_the_data_wrap_is_decided_once_for_the_series(tmp_path):
    """A slice that is all brain must not be read differently from its neighbours."""
    air = np.full((16, 16), 4096 - 1000)
    brain = np.full((16, 16), 35)
    save_all(
        tmp_path,
        [unsigned12(brain if i == 0 else air, i, RescaleIntercept=0) for i in range(5)],
    )
    volume = open_volume(tmp_path)
    assert volume.hu[0, 0, 0] == 35
    assert (volume.hu[1:] == -1000).all()


def test_a_series_can_be_asked_for_by_uid(tmp_path):
    save_all(tmp_path, [*(ct(i) for i in range(3)), *(ct(50 + i, SeriesInstanceUID="1.9") for i in range(2))])
    assert open_volume(tmp_path, series_uid="1.9").shape[0] == 2
    with pytest.raises(InputError, match=r"no series 1\.7"):
        open_volume(tmp_path, series_uid="1.7")
