"""What the corners say."""

from dataclasses import replace

import pytest

from ichcore.volume import SeriesIdentity, Window
from ichcore.volume.window import BRAIN
from ichviewer.widgets.canvas.corner_text import (
    patient_lines,
    probe_line,
    readable_age,
    readable_date,
    slice_lines,
    study_lines,
    window_line,
)
from ichviewer.widgets.canvas.halo_text import Line
from ichviewer.widgets.canvas.scene import Scene
from ichviewer.widgets.canvas.viewport import Camera, Viewport
from tests.ichviewer.widgets.canvas.stand_in import LEARNED, make_volume

VOLUME = make_volume()
SCENE = Scene(VOLUME, 2, BRAIN)


def words(*lines: Line) -> str:
    return "\n".join("".join(run.text for run in line) for line in lines)


def test_dicom_values_are_readable() -> None:
    assert readable_age("042Y") == "42 y"
    assert readable_date("20180131") == "2018-01-31"
    assert readable_date("unknown") == "unknown"


def test_patient_and_study_are_named() -> None:
    text = words(*patient_lines(VOLUME.identity, shown=True), *study_lines(VOLUME.identity, shown=True))
    assert text == "DOE, JANE\nP-0042 · F · 42 y\nGeneral Hospital\nCT HEAD · 2018-01-31"


def test_hidden_identity_says_nothing_of_who_where_and_when() -> None:
    text = words(*patient_lines(VOLUME.identity, shown=False), *study_lines(VOLUME.identity, shown=False))
    assert "identity hidden" in text
    for secret in ("DOE", "JANE", "P-0042", "General", "2018", "CT HEAD"):
        assert secret not in text


def test_an_empty_header_gives_no_empty_lines() -> None:
    assert patient_lines(SeriesIdentity(), shown=True) == ()
    assert study_lines(SeriesIdentity(), shown=True) == ()


def test_probe_gives_hu_and_lps_place() -> None:
    assert words(probe_line(replace(SCENE, probe=(32.0, 40.0)))) == "HU 32  at L 40.0 P 32.0 S 10.0 mm"


def test_pictures_have_grey_values_and_no_hu() -> None:
    volume = make_volume(is_hu=False)
    assert words(probe_line(Scene(volume, 0, BRAIN, probe=(32.0, 32.0)))).startswith("grey 30")


def test_an_undecoded_slice_is_not_probed() -> None:
    volume = make_volume()
    volume.decoded[2] = False
    assert probe_line(Scene(volume, 2, BRAIN, probe=(32.0, 32.0))) == ()


@pytest.mark.parametrize(
    ("window", "channel", "said"),
    [
        (BRAIN, None, "W 80 L 40 brain · zoom 10.0"),
        (LEARNED[0], 0, "W 62 L 46 learned, channel 1 · sigmoid · zoom 10.0"),
        (Window(32.25, 8.5), None, "W 8.5 L 32 · zoom 10.0"),
        (Window(-600, 1500, "lung"), None, "W 1500 L −600 lung · zoom 10.0"),
    ],
)
def test_window_line(window: Window, channel: int | None, said: str) -> None:
    viewport = Viewport.of(Camera(), VOLUME.geometry, 640, 640)
    assert words(window_line(replace(SCENE, window=window, learned_channel=channel), viewport)) == said


def test_slice_line() -> None:
    assert words(*slice_lines(SCENE)) == "5 mm soft\n5 mm · slice 3 / 5 · S 10.0"
