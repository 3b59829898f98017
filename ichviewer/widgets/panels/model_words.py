"""A model in a few words, from its card: what it is, what it says, and under what terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ichcore.models.systems import system_of, terms_of_use, variant_of
from ichcore.subtypes import CLASSES, hemorrhage_class

if TYPE_CHECKING:
    from ichcore.models.card import Card


def tr(text: str) -> str:
    """Screen text of this module, translatable."""
    return QCoreApplication.translate("model_words", text)


def readable(model_name: str) -> str:
    """A checkpoint's name as it stands on a button."""
    return model_name.replace("-", " ")


def what_it_is(card: Card) -> str:
    """System, variant and paper, as in ``Window fusion, compact (He 2024)``."""
    system = system_of(card)
    named = ", ".join(part for part in (system.title, variant_of(card)) if part)
    return f"{named} ({system.source})" if system.source else named


def what_it_says(card: Card) -> str:
    """What it predicts, as in ``six classes`` or ``any, blend sign, boxes``."""
    system = system_of(card)
    if set(card.classes) == set(CLASSES):
        said = [tr("six classes")]
    else:
        said = [
            name if name == "any" else hemorrhage_class(name).short
            for name in CLASSES
            if name in card.classes
        ]
    # the first two of its own are the absence and the presence of any blood
    said += [own.replace("_", " ") for own in system.own_classes[2:]]
    if system.finds_boxes and card.arguments.get("detector", True):
        said.append(tr("boxes"))
    if system.reads_scan:
        said.append(tr("whole scan"))
    return ", ".join(said)


def terms_in_short(card: Card) -> str:
    """Its licence in a few words."""
    return terms_of_use(card) or tr("terms not stated")
