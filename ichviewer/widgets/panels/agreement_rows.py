"""Agreement of two readers as rows of a table by class, and in words where figures say too little."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.between_readers import ReaderAgreement

LOW, HIGH = 0.4, 0.9
"""Kappa below and share above which the one seems to contradict the other (Feinstein and Cicchetti 1990)."""
FEW = 10
"""Of fewer answers a kappa is called one of little weight [ours]."""


def agreement_rows(found: ReaderAgreement, *, studies: bool) -> list[tuple[str, Mapping[str, Any]]]:
    """Name and figures of each row: kappa of slices with n, of studies where asked for, and Dice."""
    rows: list[tuple[str, Mapping[str, Any]]] = [
        (_tr("κ slices"), known(found.slice_kappa)),
        (_tr("same answer"), known(found.slice_agreement)),
        (_tr("n slices"), found.slices_of_both),
    ]
    if studies:
        rows += [(_tr("κ studies"), known(found.study_kappa)), (_tr("n studies"), found.studies_of_both)]
    return [*rows, (_tr("Dice"), known(dice_by_class(found)))]


def agreement_words(found: ReaderAgreement, *, studies: bool) -> str:
    """What the table cannot say itself: where there is nothing or too little to compare."""
    most = max(found.slices_of_both.values())
    said = []
    if not most:
        said.append(_tr("No slice was answered by both, so there is no κ of slices."))
    elif most < FEW:
        said.append(_tr("κ of fewer than {0} slices says little.").format(FEW))
    undefined = any(n and math.isnan(found.slice_kappa[name]) for name, n in found.slices_of_both.items())
    if undefined:
        said.append(_tr("– beside an n: both gave one and the same answer throughout, so κ is undefined."))
    if any(found.slice_kappa[name] < LOW <= HIGH <= share for name, share in found.slice_agreement.items()):
        said.append(_tr("κ is low where nearly every answer is one and the same, though both agree."))
    if math.isnan(found.dice_union):
        said.append(_tr("Neither drew anything, so there is no Dice."))
    if studies and 0 < max(found.studies_of_both.values()) < FEW:
        said.append(_tr("κ of fewer than {0} studies says little.").format(FEW))
    return " ".join(said)


def dice_by_class(found: ReaderAgreement) -> dict[str, float]:
    """Dice of every subtype, and of all hemorrhage in the column of any."""
    return {CLASSES[0]: found.dice_union, **found.dice}


def known(figures: Mapping[str, float]) -> dict[str, float | None]:
    """The same figures with ``None`` for what is not defined."""
    return {name: None if math.isnan(value) else float(value) for name, value in figures.items()}


def _tr(text: str) -> str:
    return QCoreApplication.translate("agreement", text)
