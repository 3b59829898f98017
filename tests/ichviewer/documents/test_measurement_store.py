from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st

from ichcore.errors import IchError
from ichviewer.documents.measurement_store import load_measurements, measurement_file, save_measurements
from ichviewer.documents.measurements import KINDS, Measurement

number = st.floats(-1e4, 1e4)


@st.composite
def measurement(draw: st.DrawFn) -> Measurement:
    kind = draw(st.sampled_from(sorted(KINDS)))
    points = tuple((draw(number), draw(number)) for _ in range(KINDS[kind]))
    return Measurement(
        draw(st.integers(1, 999)), kind, draw(st.integers(0, 9)), points, draw(st.text(max_size=9))
    )


@limited(max_examples=30, deadline=None)
@given(st.lists(measurement(), max_size=5), st.text(max_size=70))
def test_what_is_saved_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[Measurement], uid: str
) -> None:
    folder = tmp_path_factory.mktemp("m")
    save_measurements(uid, drawn, folder)
    assert load_measurements(uid, 10, folder) == tuple(drawn)


def test_series_do_not_share_and_no_uid_leaves_the_folder(tmp_path: Path) -> None:
    one = Measurement(1, "distance", 0, ((0, 0), (1, 1)))
    save_measurements("../../evil", [one], tmp_path / "m")
    assert measurement_file("../../evil", tmp_path / "m").parent == tmp_path / "m"
    assert load_measurements("1.2", 5, tmp_path / "m") == ()


def test_without_measurements_no_file_stays(tmp_path: Path) -> None:
    save_measurements("1.2", [Measurement(1, "distance", 0, ((0, 0), (1, 1)))], tmp_path)
    save_measurements("1.2", [], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_slices_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    save_measurements("1.2", [Measurement(1, "distance", 8, ((0, 0), (1, 1)))], tmp_path)
    assert load_measurements("1.2", 5, tmp_path) == ()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"measurements": 1}', '{"measurements": [{"kind": "spiral"}]}']
)
def test_a_damaged_file_is_said(tmp_path: Path, content: str) -> None:
    measurement_file("1.2", tmp_path).write_text(content)
    with pytest.raises(IchError):
        load_measurements("1.2", 5, tmp_path)
