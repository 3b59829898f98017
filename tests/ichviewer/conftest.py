"""A viewer's home of its own for every test, a small study on disk, and a real workspace.

The installed model is a card without weights, so that tests which never predict do not wait for torch;
``engine`` puts a tiny real one in its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from ichcore.models.card import Card, WindowRecord
from ichcore.predict.prediction import Prediction
from ichcore.subtypes import CLASSES
from ichcore.volume import Geometry, SeriesIdentity, Volume
from ichcore.volume.window import weights_from_window

SLICES = 5


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, recents, measurements and logs of this test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ICHVIEWER_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder that holds one untrained checkpoint, ``tiny``."""
    from tests.ichcore.tiny_model import save_tiny

    folder = tmp_path_factory.mktemp("models")
    save_tiny(folder / "tiny")
    return folder


def make_volume(slices: int = SLICES, side: int = 96, *, is_hu: bool = True, **identity: str) -> Volume:
    """A round head of noise whose blood grows from slice to slice."""
    rng = np.random.default_rng(3)
    row, column = np.mgrid[:side, :side] - (side - 1) / 2
    radius = np.hypot(row, column) / side
    hu = np.full((slices, side, side), -1000, np.int16)
    hu[:, radius < 0.42] = 1200
    for index in range(slices):
        hu[index, radius < 0.39] = rng.normal(33, 5, int((radius < 0.39).sum()))
        hu[index, np.hypot(row - 8, column + 12) < 2 + 10 * index / slices] = 70
    if not is_hu:
        hu = (np.clip(hu, 0, 100) * 2.55).astype(np.int16)
    return Volume(
        hu,
        Geometry.regular((slices, side, side), (5.0, 230 / side, 230 / side)),
        tuple(f"1.2.3.{i}" for i in range(slices)),
        SeriesIdentity(**{"series_instance_uid": "1.2.3", "modality": "CT", "body_part": "HEAD", **identity}),
        is_hu=is_hu,
    )


@pytest.fixture
def tiny_volume() -> Volume:
    """Five slices of 96² with a patient's name."""
    return make_volume(SLICES, patient_name="DOE^JANE", patient_id="PID-77", series_description="Head plain")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder with two small series."""
    folder = tmp_path / "study"
    folder.mkdir()
    for name, slices in (("head", SLICES), ("other", 3)):
        hu = make_volume(slices).hu.transpose(2, 1, 0)[::-1, ::-1]
        nibabel.save(
            nibabel.Nifti1Image(np.ascontiguousarray(hu), np.diag([2.4, 2.4, 5.0, 1.0])),
            folder / f"{name}.nii.gz",
        )
    return folder


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only the model ``tiny`` is installed: a card, no weights."""
    folder = tmp_path / "models"
    (folder / "tiny").mkdir(parents=True)
    windows = tuple(
        WindowRecord(name, *weights_from_window(level, width), level, width)
        for name, level, width in (("brain", 40, 80), ("subdural", 80, 200), ("soft tissue", 40, 380))
    )
    card = Card("tiny", "Tiny and untrained", "he2024", "window_fusion", {}, 64, 3.6, windows=windows)
    (folder / "tiny" / "card.json").write_text(json.dumps(card.as_json()))
    monkeypatch.setattr("ichcore.models.catalogue.folders", lambda: [folder])
    return folder


@pytest.fixture
def engine(models: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model with its weights; asked for before ``room``."""
    monkeypatch.setattr("ichcore.models.catalogue.folders", lambda: [tiny_folder])


@pytest.fixture(scope="session")
def systems_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder that holds an untrained checkpoint of each system, all as small as they get."""
    from tests.ichcore.tiny_model import TINY_ARGUMENTS, save_tiny, save_tiny_network

    folder = tmp_path_factory.mktemp("systems")
    save_tiny(folder / "fusion")
    save_tiny_network(folder / "blend", "blend_sign")
    reads = {**TINY_ARGUMENTS, "selection": "predictions", "hidden": 8}
    save_tiny_network(folder / "scan", "cnn_bilstm", reads)
    two = {name: [value, value] for name, value in TINY_ARGUMENTS.items()}
    save_tiny_network(folder / "pair", "classifier_pair", two, training={"non_commercial": True})
    return folder


@pytest.fixture
def systems(models: Path, systems_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those are installed, ``blend`` first by the alphabet; asked for before ``room``."""
    monkeypatch.setattr("ichcore.models.catalogue.folders", lambda: [systems_folder])


@pytest.fixture
def room(qapp: QApplication, models: Path) -> Iterator[object]:
    """The real workspace; its threads end with the test."""
    from ichviewer.documents.workspace import Workspace

    made = Workspace()
    yield made
    made.shut_down()


@pytest.fixture
def patient_room(room: object, qtbot: object) -> Callable[[], None]:
    """Waits until the room is at rest."""

    def wait() -> None:
        qtbot.waitUntil(lambda: room.settled and room.jobs.idle, timeout=60_000)  # type: ignore[attr-defined]

    return wait


def predicted(slices: int = SLICES, *, high: dict[int, str] | None = None) -> Prediction:
    """A prediction that is 0.1 everywhere but 0.9 for a class on some slices."""
    probabilities = np.full((slices, 6), 0.1, np.float32)
    for index, name in (high or {}).items():
        probabilities[index, [0, CLASSES.index(name)]] = 0.9
    return Prediction(
        "1.2.3",
        "tiny",
        "cd" * 32,
        "cpu",
        tuple(f"1.2.3.{i}" for i in range(slices)),
        np.arange(slices) * 5.0,
        probabilities,
        np.full(6, 0.5, np.float32),
        np.ones(slices, bool),
        series_probabilities=probabilities.max(axis=0),
    )
