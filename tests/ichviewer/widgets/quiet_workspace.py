"""A workspace that opens and computes nothing, and what to fill it with by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ichcore.models.card import Calibration, Card, WindowRecord
from ichcore.opening import Catalogue
from ichcore.predict.prediction import Prediction
from ichcore.subtypes import CLASSES
from ichcore.volume import Finding, Geometry, SeriesIdentity, Volume
from ichcore.volume.window import weights_from_window
from ichviewer.base.settings import Settings
from ichviewer.documents.case import Case
from ichviewer.documents.recents import Recent
from ichviewer.documents.workspace import Workspace

THRESHOLDS = {
    "any": 0.48,
    "epidural": 0.35,
    "intraparenchymal": 0.44,
    "intraventricular": 0.4,
    "subarachnoid": 0.52,
    "subdural": 0.39,
}


def make_volume(slices: int = 30, size: int = 64, *, is_hu: bool = True) -> Volume:
    """A round head of brain, CSF and skull with noise; tilted, so that its passport says something."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[0:size, 0:size] / size - 0.5
    radius = np.hypot(rows, columns * 1.15)
    hu = np.full((slices, size, size), -1000.0)
    hu[:, radius < 0.42] = 900
    hu[:, radius < 0.38] = 34
    hu[:, radius < 0.08] = 8
    hu += rng.normal(0, 6, hu.shape)
    return Volume(
        np.clip(hu, -1024, 3071).astype(np.int16),
        Geometry.regular((slices, size, size), (5.0, 0.5, 0.5), tilt_deg=12.0),
        tuple(f"2.25.{i}" for i in range(slices)),
        SeriesIdentity(
            series_instance_uid="2.25.100", patient_name="DOE^JANE", series_description="Head plain"
        ),
        passport=(
            Finding("tilt", "The gantry was tilted by 12.0°; slices are shown as acquired."),
            Finding("uneven_spacing", "Steps between slices run from 2.5 to 5.0 mm; positions are exact."),
        ),
        is_hu=is_hu,
    )


def make_prediction(
    slices: int = 30, *, done: int | None = None, without: tuple[str, ...] = (), calibrated: bool = True
) -> Prediction:
    """An epidural around slice 18 and some subarachnoid blood around 15; the first ``done`` slices are in."""
    x = np.arange(slices)
    p = np.full((slices, 6), 0.03, np.float32)
    p[:, 1] = 0.02 + 0.92 * np.exp(-(((x - slices * 0.6) / 3.2) ** 2))
    p[:, 2] = 0.05 + 0.07 * np.exp(-(((x - slices * 0.5) / 4.0) ** 2))
    p[:, 4] = 0.04 + 0.61 * np.exp(-(((x - slices * 0.5) / 2.4) ** 2))
    p[:, 5] = 0.06 + 0.16 * np.exp(-(((x - slices * 0.7) / 5.0) ** 2))
    p[:, 0] = np.minimum(0.99, p[:, 1:].max(axis=1) + 0.03)
    thresholds = np.array([THRESHOLDS[c] for c in CLASSES], np.float32)
    for name in without:
        p[:, CLASSES.index(name)] = np.nan
        thresholds[CLASSES.index(name)] = np.nan
    finished = x < (slices if done is None else done)
    p[~finished] = np.nan
    series = p[finished].max(axis=0) if finished.any() else np.full(6, np.nan, np.float32)
    return Prediction(
        "2.25.100",
        "window-fusion-compact",
        "ab" * 32,
        "cpu",
        tuple(f"2.25.{i}" for i in range(slices)),
        np.arange(slices) * 5.0,
        p,
        thresholds,
        finished,
        calibrated=calibrated,
        series_probabilities=np.asarray(series, np.float32),
    )


def make_card(*, degenerate: bool = False) -> Card:
    """A card as the shipped model has it; ``degenerate`` collapses its third window."""
    pairs = [("brain", 40, 80, 46, 62), ("subdural", 80, 200, 74, 171), ("soft tissue", 40, 380, 38, 402)]
    windows = [WindowRecord(n, *weights_from_window(wl, ww), il, iw) for n, il, iw, wl, ww in pairs]
    if degenerate:
        windows[2] = WindowRecord("soft tissue", 0.0, 0.0, 40, 380)
    return Card(
        "window-fusion-degenerate" if degenerate else "window-fusion-compact",
        "Window fusion, compact",
        "he2024",
        "window_fusion",
        {"size": "compact", "fusion": True},
        224,
        1.0,
        tuple(windows),
        thresholds=THRESHOLDS,
        calibration=Calibration((1.0,) * 6, (0.0,) * 6, "phantoms"),
        training={"data": "800 phantom heads, seeds 0–799", "licence": "MIT (synthetic)", "epochs": 20},
        figures={"phantom": {"slice auc": {"any": 0.982, "mean": 0.951}, "cases": 120}},
        intended_use="Research into windowing and weakly supervised localisation. Not for patient care.",
    )


def make_blend_card() -> Card:
    """A card of the blend-sign system, which predicts ``any`` and classes of its own."""
    return replace(
        make_card(),
        name="blend-sign-compact",
        title="Blend sign, compact",
        system="wang2023",
        architecture="blend_sign",
        arguments={"size": "compact"},
        windows=(),
        classes=("any",),
        thresholds={"any": 0.48},
    )


def make_blend_prediction(slices: int = 30) -> Prediction:
    """A blend sign on slices 14 to 16; on slice 15 a box whose HU fulfil the rule and one without parts."""
    own = np.tile([0.7, 0.2, 0.1], (slices, 1))
    own[14:17] = [0.02, 0.2, 0.78]
    names = ["no_hemorrhage", "hemorrhage", "blend_sign"]
    rule = {
        "blend_sign": True,
        "brighter_hu": 71.0,
        "darker_hu": 48.0,
        "difference_hu": 23.0,
        "sharpness": 0.9,
        "surrounded": 0.4,
    }
    box = {"index": 15, "box": [20, 10, 36, 30], "height_mm": 8.0, "width_mm": 10.0}
    plain = make_prediction(slices, without=CLASSES[1:])
    probabilities = plain.probabilities.copy()
    probabilities[:, 0] = own[:, 1:].sum(axis=1)
    return replace(
        plain,
        model_name="blend-sign-compact",
        model_sha256="be" * 32,
        probabilities=probabilities,
        extra={
            "own_classes": {"names": names, "probabilities": own.tolist()},
            "boxes": [{**box, "score": 0.44, "rule": None}, {**box, "score": 0.91, "rule": rule}],
            "rule": {"least_difference_hu": 18},
        },
    )


def make_scan_prediction(slices: int = 30) -> Prediction:
    """What a sequence network says: by itself slice 18 has 0.30 of epidural, among its neighbours 0.94."""
    said = make_prediction(slices)
    alone = said.probabilities.copy()
    alone[18, 1] = 0.30
    return replace(
        said,
        extra={
            "sequence": {
                "complete": True,
                "slice_probabilities": alone.tolist(),
                "changes": (said.probabilities - alone).tolist(),
                "series_probabilities": alone.max(axis=0).tolist(),
            }
        },
    )


class QuietWorkspace(Workspace):
    """The real workspace, asked for by a test instead of a reader: nothing is read, decoded or computed.

    Args:
        folder: where its preferences are.
        cards: what stands for the installed models; :meth:`install` changes it.
    """

    def __init__(self, folder: Path, cards: list[Card]) -> None:
        self._cards = cards
        self.opened: list[object] = []
        """Paths, series and models that were asked for."""
        self.listed: Catalogue | None = None
        self.thumbnails: dict[str, NDArray[np.uint8]] = {}
        settings = Settings(folder / "preferences.json")
        settings.change(predict_on_open=False)
        super().__init__(settings)
        self.models.choose = self.opened.append

    def install(self, *cards: Card) -> None:
        """Install these models and no others."""
        self._cards[:] = cards
        self.models.refresh()

    def show_case(self, volume: Volume, *, first: int = 0) -> Case:
        """Open a volume on a slice."""
        self.show_volume(volume)
        self.view.go_to_slice(first)
        assert self.case is not None
        return self.case

    def list_series(self, catalogue: Catalogue | None) -> None:
        """Let this stand for what was found under the open path."""
        self.listed = catalogue
        self.catalogue_changed.emit()

    def remember(self, *recents: Recent) -> None:
        """Let these be the recently opened studies."""
        self._recents = recents
        self.recents_changed.emit()

    @property
    def catalogue(self) -> Catalogue | None:
        return self.listed

    def open_path(self, path: Path) -> None:
        self.opened.append(path)

    def open_series(self, series_uid: str) -> None:
        self.opened.append(series_uid)

    def thumbnail(self, series_uid: str) -> NDArray[np.uint8] | None:
        return self.thumbnails.get(series_uid)
