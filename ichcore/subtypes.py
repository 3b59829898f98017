"""The six classes in their one order, with names, short names, label values and colours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HemorrhageClass:
    """One of the six classes that every system speaks of.

    Attributes:
        name: lower-case name used in tables and JSON.
        short: the abbreviation that stands beside the colour wherever it appears.
        colour: ``#rrggbb``; the five subtypes are Okabe–Ito colours, safe for colour-blind readers.
        label: value in a label map, 1–5 for the subtypes; ``any`` has none (it is their union).
    """

    name: str
    short: str
    colour: str
    label: int | None


HEMORRHAGE_CLASSES = (
    HemorrhageClass("any", "ANY", "#E8EAED", None),
    HemorrhageClass("epidural", "EDH", "#E69F00", 1),
    HemorrhageClass("intraparenchymal", "IPH", "#D55E00", 2),
    HemorrhageClass("intraventricular", "IVH", "#CC79A7", 3),
    HemorrhageClass("subarachnoid", "SAH", "#56B4E9", 4),
    HemorrhageClass("subdural", "SDH", "#009E73", 5),
)
CLASSES = tuple(c.name for c in HEMORRHAGE_CLASSES)
"""Class order everywhere: any, epidural, intraparenchymal, intraventricular, subarachnoid, subdural."""
SUBTYPES = CLASSES[1:]
UNSTATED_LABEL = 6
"""Label-map value of a hemorrhage of unstated subtype."""


def hemorrhage_class(name: str) -> HemorrhageClass:
    """The class called ``name``.

    Raises:
        KeyError: if there is no such class.
    """
    return HEMORRHAGE_CLASSES[CLASSES.index(name)] if name in CLASSES else _unknown(name)


def label_of(name: str) -> int:
    """The value in a label map that a class is drawn with; ``any`` is of unstated subtype."""
    label = hemorrhage_class(name).label
    return UNSTATED_LABEL if label is None else label


def class_of_label(label: int) -> HemorrhageClass:
    """The class that a value from 1 to 6 of a label map stands for; that of unstated subtype is ``any``."""
    return HEMORRHAGE_CLASSES[label % UNSTATED_LABEL]


def _unknown(name: str) -> HemorrhageClass:
    raise KeyError(f"{name!r} is not a class; expected one of {', '.join(CLASSES)}")
