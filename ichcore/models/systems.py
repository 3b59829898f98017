"""The published systems by architecture: what can be said of a model from its card alone, without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.models.card import Card


@dataclass(frozen=True)
class System:
    """What an architecture is and says.

    Attributes:
        title: what people call it.
        source: its paper, first author and year.
        own_classes: classes of its own beyond the six, absence of all first.
        reads_scan: whether a slice's probabilities hear the whole scan.
        finds_boxes: whether it may detect boxes itself.
    """

    title: str
    source: str
    own_classes: tuple[str, ...] = ()
    reads_scan: bool = False
    finds_boxes: bool = False


SYSTEMS: Mapping[str, System] = {
    "window_fusion": System("Window fusion", "He 2024"),
    "slice_cnn": System("Slice CNN", "Burduja 2020"),
    "cnn_bilstm": System("CNN–BiLSTM", "Burduja 2020", reads_scan=True),
    "fusion_bilstm": System("Window fusion–BiLSTM", "He 2024, Burduja 2020", reads_scan=True),
    "xception_lstm": System("Xception–LSTM", "Ko 2020", reads_scan=True),
    "xception_lstm_single": System("Xception–LSTM, single slices", "Ko 2020"),
    "blend_sign": System(
        "Blend sign", "Wang 2023", own_classes=("no_hemorrhage", "hemorrhage", "blend_sign"), finds_boxes=True
    ),
    "shallow_classifier": System("Shallow CAM, one classifier", "Ma 2025"),
    "classifier_pair": System("Shallow CAM, pair", "Ma 2025"),
}
"""By the name that stands in a card; the networks themselves are in :mod:`.registry`."""


def system_of(card: Card) -> System:
    """The system of a card; an architecture that is not known here goes by its own name."""
    return SYSTEMS.get(card.architecture) or System(card.architecture, card.system)


def variant_of(card: Card) -> str:
    """Which of its variants: its size, and the backbone where the card names one."""
    arguments = card.arguments
    named = next((str(arguments[key]) for key in ("backbone", "pair") if arguments.get(key)), "")
    size = str(arguments.get("size", "compact"))
    return ", ".join(part for part in ("paper size" if size == "paper" else size, named) if part)


def terms_of_use(card: Card) -> str:
    """The licence in a few words: ``non-commercial``, or what the card states; empty where it states none."""
    training = card.training
    terms = training.get("terms")
    if training.get("non_commercial") or (isinstance(terms, dict) and terms.get("non_commercial")):
        return "non-commercial"
    stated = next(
        (str(training[key]) for key in ("licence", "license", "data_licence") if training.get(key)), ""
    )
    return stated.split(",")[0].split("(")[0].strip()
