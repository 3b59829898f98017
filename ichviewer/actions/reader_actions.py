"""The actions of the Labels menu that are of two readers: differences, outline, adjudication."""

from __future__ import annotations

from ichviewer.actions.action import ActionSpec

LABELS = "Labels"

READER_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "readers.outline",
        "Outline of the other reader's mask",
        LABELS,
        ("Alt+O",),
        "Once both reads are locked",
        needs="case",
    ),
    ActionSpec(
        "readers.export",
        "Export agreement of readers…",
        LABELS,
        (),
        "Kappa and Dice, and what changed once the model was shown, as CSV",
        needs="case",
    ),
    ActionSpec("readers.next_difference", "Next difference of two readers", LABELS, ("Alt+N",), needs="case"),
    ActionSpec(
        "readers.previous_difference",
        "Previous difference of two readers",
        LABELS,
        ("Alt+Shift+N",),
        needs="case",
    ),
    ActionSpec(
        "adjudicate.begin",
        "Begin to adjudicate",
        LABELS,
        (),
        "Decide what two locked reads differ in; both stay as they are",
        needs="case",
    ),
    ActionSpec(
        "adjudicate.first",
        "Decide as the first reader: mine",
        LABELS,
        ("Alt+M",),
        "The own read, or that of the first of two others",
        needs="case",
    ),
    ActionSpec(
        "adjudicate.second",
        "Decide as the second reader: theirs",
        LABELS,
        ("Alt+T",),
        "The other reader's mask and answers on this slice",
        needs="case",
    ),
    ActionSpec(
        "adjudicate.stands",
        "Decide as drawn now",
        LABELS,
        ("Alt+S",),
        "After editing mask and answers of the slice",
        needs="case",
    ),
)
