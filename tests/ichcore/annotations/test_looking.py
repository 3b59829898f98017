"""A first look, with a tiny untrained model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ichcore.annotations.looking import look_at
from ichcore.errors import CancelledError, InputError
from ichcore.masks.segmenter import Segmenter
from ichcore.models.checkpoint import load
from ichcore.predict.predictor import Predictor
from ichcore.progress import CancelToken
from tests.ichcore.tiny_model import make_volume, save_tiny


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> tuple[Predictor, Segmenter]:
    folder: Path = save_tiny(tmp_path_factory.mktemp("models") / "tiny")
    model = load(folder, "cpu")
    return Predictor(model), Segmenter(model)


def test_a_look_gives_every_reason_that_there_can_be(looking) -> None:
    predictor, segmenter = looking
    said: list[str] = []
    alone = look_at(
        make_volume(), [predictor], segmenter, progress=lambda done, total, message="": said.append(message)
    )
    assert alone.model_disagreement is None
    assert None not in (alone.uncertainty, alone.volume_mismatch, alone.activation_mismatch)
    assert said[0] == "Predicting"
    both = look_at(make_volume(), [predictor, predictor], segmenter)
    assert both == replace(alone, model_disagreement=0.0)


def test_a_series_out_of_scope_is_not_looked_at_and_a_cancelled_look_ends(looking) -> None:
    predictor, segmenter = looking
    volume = make_volume()
    chest = replace(volume, identity=replace(volume.identity, body_part="CHEST"))
    with pytest.raises(InputError, match="CHEST"):
        look_at(chest, [predictor], segmenter)
    stop = CancelToken()
    stop.cancel()
    with pytest.raises(CancelledError):
        look_at(volume, [predictor], segmenter, cancel=stop)
