"""A checkpoint's card: what the weights are, how to use them and what is known of them; no torch."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import CheckpointError
from ichcore.models.any_of import OWN, any_logit, any_rule
from ichcore.subtypes import CLASSES
from ichcore.volume.window import Window, is_degenerate, window_from_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SCHEMA = "ichcore.card/1"
CARD_FILE = "card.json"
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True)
class WindowRecord:
    """One channel of the window layer.

    Attributes:
        name: what the channel started as.
        w: effective W of Eq. 3.1.
        b: effective b of Eq. 3.1.
        initial_wl: level before training, HU.
        initial_ww: width before training, HU.
    """

    name: str
    w: float
    b: float
    initial_wl: float
    initial_ww: float

    @property
    def degenerate(self) -> bool:
        """Whether the channel has collapsed and has no window."""
        return is_degenerate(self.w, self.b)

    @property
    def window(self) -> Window | None:
        """The window that W and b stand for, as a sigmoid; ``None`` if degenerate."""
        return None if self.degenerate else window_from_weights(self.w, self.b, name=self.name)

    def as_json(self) -> dict[str, Any]:
        """The entry of ``ichcore.window/1`` and of the card."""
        window = self.window
        return {
            "name": self.name,
            "w": self.w,
            "b": self.b,
            "wl": None if window is None else window.center,
            "ww": None if window is None else window.width,
            "initial_wl": self.initial_wl,
            "initial_ww": self.initial_ww,
            "degenerate": self.degenerate,
        }


@dataclass(frozen=True)
class Calibration:
    """Platt scaling, one pair a class: probability = sigmoid(a · logit + b).

    Attributes:
        a: six slopes.
        b: six offsets.
        fitted_on: which data.
    """

    a: tuple[float, ...]
    b: tuple[float, ...]
    fitted_on: str = ""


@dataclass(frozen=True)
class Card:
    """What stands in ``card.json``.

    Attributes:
        name: checkpoint name, also its folder's.
        title: one line for a model chooser.
        system: published system, such as ``he2024``.
        architecture: name in the registry.
        arguments: of the network.
        size: rows and columns of its grid.
        pixel_mm: millimetres a pixel of its grid.
        windows: effective W and b beside the initial window, one a channel.
        classes: those of the standard six that it predicts.
        thresholds: operating point a class, on calibrated probabilities.
        calibration: ``None`` where the probabilities are the plain sigmoid.
        neighbour_weight: what the logits of the slices above and below count beside a slice's own 1, before
            calibration; 0 where every slice speaks for itself.
        any_from_subtypes: how ``any`` follows from the subtypes' probabilities, one of
            :data:`~ichcore.models.any_of.ANY_RULES`; empty for its own logit.
        brain_level: whether a series in HU is moved first so that its brain lies where heads have it.
        chain: settings of :class:`~ichcore.masks.chain.WeakChain` that were found for it; empty for those of
            its kind.
        normalisation: what is done to HU before the network.
        training: data, its licence, seeds, recipe.
        figures: what was measured, with the data's name (phantom figures are called so).
        intended_use: for whom and what not.
        research_use_only: always true here.
        weights: file name, ``sha256`` of the file and ``body_sha256`` of all tensors but the window's.
    """

    name: str
    title: str
    system: str
    architecture: str
    arguments: Mapping[str, Any]
    size: int
    pixel_mm: float
    windows: tuple[WindowRecord, ...] = ()
    classes: tuple[str, ...] = CLASSES
    thresholds: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(CLASSES, 0.5))
    calibration: Calibration | None = None
    neighbour_weight: float = 0.0
    any_from_subtypes: str = OWN
    brain_level: bool = False
    chain: Mapping[str, Any] = field(default_factory=dict)
    normalisation: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    intended_use: str = ""
    research_use_only: bool = True
    weights: Mapping[str, str] = field(default_factory=dict)

    def threshold_array(self) -> NDArray[np.float32]:
        """``(6,)`` thresholds in class order; NaN for a class that is not predicted."""
        stated = (self.thresholds.get(c, math.nan) if c in self.classes else math.nan for c in CLASSES)
        return np.array(list(stated), np.float32)

    def probabilities(self, logits: NDArray[np.floating]) -> NDArray[np.float32]:
        """Calibrated ``(N, 6)`` probabilities for logits of that shape; NaN for classes not predicted.

        What the columns of classes not predicted hold, in logits and in calibration, is of no matter.
        """
        z = np.asarray(logits, np.float64)
        a, b = np.ones(len(CLASSES)), np.zeros(len(CLASSES))
        if self.calibration is not None:
            a, b = np.asarray(self.calibration.a), np.asarray(self.calibration.b)
        p = _sigmoid(z * a + b)
        if self.any_from_subtypes:
            p[..., 0] = _sigmoid(any_logit(p[..., 1:], self.any_from_subtypes) * a[0] + b[0])
        p[..., [c not in self.classes for c in CLASSES]] = np.nan
        said: NDArray[np.float32] = p.astype(np.float32)
        return said

    def with_windows(self, pairs: Sequence[tuple[float, float]]) -> Card:
        """The same card with other effective W and b."""
        windows = tuple(replace(r, w=w, b=b) for r, (w, b) in zip(self.windows, pairs, strict=True))
        return replace(self, windows=windows)

    def as_json(self) -> dict[str, Any]:
        """The object that is written to ``card.json`` and listed by ``ichcore models``."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "title": self.title,
            "system": self.system,
            "architecture": self.architecture,
            "arguments": dict(self.arguments),
            "size": self.size,
            "pixel_mm": self.pixel_mm,
            "normalisation": dict(self.normalisation),
            "windows": [record.as_json() for record in self.windows],
            "classes": list(self.classes),
            "thresholds": {c: self.thresholds[c] for c in self.classes},
            "calibration": None
            if self.calibration is None
            else {
                "method": "platt",
                "a": list(self.calibration.a),
                "b": list(self.calibration.b),
                "fitted_on": self.calibration.fitted_on,
            },
            "neighbour_weight": self.neighbour_weight,
            "any_from_subtypes": self.any_from_subtypes,
            "brain_level": self.brain_level,
            "chain": dict(self.chain),
            "training": dict(self.training),
            "figures": dict(self.figures),
            "intended_use": self.intended_use,
            "research_use_only": self.research_use_only,
            "weights": dict(self.weights),
        }


def _sigmoid(z: NDArray[np.float64]) -> NDArray[np.float64]:
    said: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(z, -60.0, 60.0)))
    return said


def read_card(folder: Path) -> Card:
    """Read and check ``card.json`` of a checkpoint folder.

    Raises:
        CheckpointError: if it is missing, not JSON, or lacks or misstates an entry.
    """
    path = folder / CARD_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckpointError(f"{folder} holds no readable {CARD_FILE} ({error.strerror}).") from error
    except ValueError as error:
        raise CheckpointError(f"{path} is not valid JSON: {error}.") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        found = data.get("schema") if isinstance(data, dict) else type(data).__name__
        raise CheckpointError(f"{path} states schema {found!r}; expected {SCHEMA!r}.")
    try:
        return _card(data)
    except KeyError as error:
        raise CheckpointError(f"{path} lacks the entry {error}; restore the card from its source.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path} has an entry of the wrong kind: {error}.") from error


def _card(data: dict[str, Any]) -> Card:
    """The card from its JSON object; lets KeyError, TypeError and ValueError through."""
    windows = tuple(
        WindowRecord(
            str(w["name"]), float(w["w"]), float(w["b"]), float(w["initial_wl"]), float(w["initial_ww"])
        )
        for w in data["windows"]
    )
    classes = tuple(str(c) for c in data["classes"])
    if not set(classes) <= set(CLASSES):
        raise ValueError(f"classes {sorted(set(classes) - set(CLASSES))} are not among {', '.join(CLASSES)}")
    size, pixel_mm = int(data["size"]), float(data["pixel_mm"])
    if not (16 <= size <= 2048 and 0.05 <= pixel_mm <= 10.0):
        raise ValueError(f"size {size} or pixel_mm {pixel_mm} is out of any sensible range")
    stated = data["calibration"]
    calibration = None
    if stated is not None:
        a, b = (tuple(float(v) for v in stated[key]) for key in ("a", "b"))
        if len(a) != len(CLASSES) or len(b) != len(CLASSES):
            raise ValueError("calibration needs six values of a and of b")
        calibration = Calibration(a, b, str(stated.get("fitted_on", "")))
    neighbour_weight = float(data.get("neighbour_weight", 0.0))
    if not 0.0 <= neighbour_weight <= 1.0:
        raise ValueError(f"neighbour_weight {neighbour_weight} is not between 0 and 1")
    return Card(
        name=str(data["name"]),
        title=str(data["title"]),
        system=str(data["system"]),
        architecture=str(data["architecture"]),
        arguments=dict(data["arguments"]),
        size=size,
        pixel_mm=pixel_mm,
        windows=windows,
        classes=classes,
        thresholds={c: float(data["thresholds"][c]) for c in classes},
        calibration=calibration,
        neighbour_weight=neighbour_weight,
        any_from_subtypes=any_rule(data.get("any_from_subtypes", OWN)),
        brain_level=bool(data.get("brain_level", False)),
        chain=dict(data.get("chain", {})),
        normalisation=dict(data["normalisation"]),
        training=dict(data["training"]),
        figures=dict(data["figures"]),
        intended_use=str(data["intended_use"]),
        research_use_only=bool(data["research_use_only"]),
        weights=dict(data["weights"]),
    )
