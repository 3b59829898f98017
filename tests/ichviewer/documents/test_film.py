from __future__ import annotations

from pathlib import Path

import imageio.v2 as imageio
import numpy as np
import pytest

from ichcore.errors import IchError
from ichviewer.documents.film import write_film

FRAMES = [np.full((33, 40, 3), 40 * i, np.uint8) for i in range(5)]


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_a_film_plays_as_many_pictures_as_went_in(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"film{suffix}"
    assert write_film(target, iter(FRAMES), 10.0) == 5
    frames = [np.asarray(frame) for frame in imageio.get_reader(target)]
    assert len(frames) == 5
    assert frames[0].shape[:2] == (32, 40)
    brightness = [float(frame[..., :3].mean()) for frame in frames]
    assert np.allclose(brightness, [0, 40, 80, 120, 160], atol=6)


def test_a_failed_film_leaves_the_last_good_one(tmp_path: Path) -> None:
    target = tmp_path / "film.gif"
    target.write_bytes(b"good")
    with pytest.raises(IchError):
        write_film(target, iter([]), 10.0)
    assert target.read_bytes() == b"good"
    assert list(tmp_path.iterdir()) == [target]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IchError, match=r"gif or \.mp4"):
        write_film(tmp_path / "film.avi", iter(FRAMES), 10.0)
