"""The actions of the Labels menu: answers, the read, labels in and out, the worklist."""

from __future__ import annotations

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichviewer.actions.action import ActionSpec

LABELS = "Labels"

LABEL_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "label.accept_slice",
        "Accept the model on this slice",
        LABELS,
        ("Alt+A",),
        "Answer for every class as the model does",
        needs="prediction",
    ),
    ActionSpec(
        "label.done",
        "Slice done, next slice",
        LABELS,
        ("Alt+D", "Ctrl+Return"),
        "What is drawn is there, and what you have not spoken of is not",
        needs="case",
    ),
    *(
        ActionSpec(
            f"label.slice_{c.name}",
            f"This slice: {c.name}",
            LABELS,
            (f"Shift+F{number}",),
            "Yes, then no, then unsure, then nothing said",
            needs="case",
        )
        for number, c in enumerate(HEMORRHAGE_CLASSES, start=1)
    ),
    *(
        ActionSpec(
            f"label.study_{c.name}",
            f"Whole study: {c.name}",
            LABELS,
            (f"Ctrl+F{number}",),
            "Yes, then no, then unsure, then nothing said",
            needs="case",
        )
        for number, c in enumerate(HEMORRHAGE_CLASSES, start=1)
    ),
    ActionSpec(
        "label.accept_study",
        "Accept the model on the study",
        LABELS,
        (),
        "Answer for every class as the model does for the study",
        needs="prediction",
    ),
    ActionSpec("label.note", "Write a note on this slice", LABELS, ("Ctrl+T",), needs="case"),
    ActionSpec(
        "label.lock",
        "Lock my read…",
        LABELS,
        ("Ctrl+Shift+L",),
        "Ends the first read where the model is hidden, else the read",
        needs="case",
    ),
    ActionSpec("worklist.show", "Worklist…", LABELS, ("Ctrl+Shift+W",), "Series that wait for you, and why"),
    ActionSpec("worklist.next", "Open the next on the worklist", LABELS, ("Ctrl+Shift+N",)),
    ActionSpec(
        "worklist.done", "Done, open the next", LABELS, ("Ctrl+Shift+D",), "On the worklist", needs="case"
    ),
    ActionSpec(
        "worklist.skip",
        "Skip, open the next",
        LABELS,
        ("Ctrl+Shift+K",),
        "It comes again after the open ones",
        needs="case",
    ),
    ActionSpec(
        "worklist.flag",
        "Flag, open the next",
        LABELS,
        ("Ctrl+Shift+F",),
        "Something is wrong with it; the note on the study says what",
        needs="case",
    ),
)

LABEL_FILES: tuple[ActionSpec, ...] = (
    ActionSpec(
        "file.export_labels",
        "Export labels…",
        "File",
        ("Ctrl+Alt+E",),
        "The ticked formats into a folder, each read back and compared",
        needs="case",
    ),
    ActionSpec(
        "file.import_labels",
        "Import labels…",
        "File",
        ("Ctrl+Alt+I",),
        "Bundle, SEG, NIfTI, COCO, nnU-Net, table of labels; a Parametric Map is shown",
        needs="case",
    ),
)
