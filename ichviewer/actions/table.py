"""The one table of actions; menus, top bar, shortcuts, palette and help derive from it.

Wheel and mouse drags belong to the image itself and stand in :data:`MOUSE` for the help.
"""

from __future__ import annotations

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichcore.volume.window import PRESETS
from ichviewer.actions.action import ActionSpec
from ichviewer.actions.label_actions import LABEL_ACTIONS, LABEL_FILES, LABELS
from ichviewer.actions.mask_actions import MASK, MASK_ACTIONS
from ichviewer.actions.reader_actions import READER_ACTIONS

FILE, VIEW, NAVIGATE, WINDOW, MEASURE, MODEL, HELP = (
    "File",
    "View",
    "Navigate",
    "Window",
    "Measure",
    "Model",
    "Help",
)
GROUPS = (FILE, VIEW, NAVIGATE, WINDOW, MEASURE, MASK, LABELS, MODEL, HELP)
"""Order of the menus and of the headings in help."""

_FILE = (
    ActionSpec("file.open", "Open file…", FILE, ("Ctrl+O",), "A DICOM file, zip, DICOMDIR, NIfTI or picture"),
    ActionSpec(
        "file.open_folder", "Open folder…", FILE, ("Ctrl+Shift+O",), "A folder with one or more studies"
    ),
    ActionSpec("file.demo", "Open demo study", FILE, (), "A synthetic head with a bleed, made once"),
    ActionSpec("file.close", "Close study", FILE, ("Ctrl+W",), needs="case"),
    ActionSpec(
        "file.screenshot",
        "Save screenshot…",
        FILE,
        ("Ctrl+S",),
        "The image area as PNG, without patient text",
        needs="case",
    ),
    ActionSpec(
        "file.copy_picture",
        "Copy picture",
        FILE,
        ("Ctrl+C",),
        "To the clipboard, without patient text",
        needs="case",
    ),
    ActionSpec(
        "file.export_film",
        "Export film…",
        FILE,
        ("Ctrl+E",),
        "A scroll through the slices as GIF or MP4",
        needs="case",
    ),
    ActionSpec(
        "file.export_figure",
        "Export figure…",
        FILE,
        ("Ctrl+Shift+S",),
        "What is on screen for a paper: PDF, SVG or PNG with captions, scale and parameters",
        needs="case",
    ),
    ActionSpec(
        "file.export_findings",
        "Export findings…",
        FILE,
        ("Ctrl+Shift+E",),
        "Probabilities and flags as CSV or JSON",
        needs="prediction",
    ),
    ActionSpec(
        "file.export_ratings",
        "Export ratings…",
        FILE,
        (),
        "Ratings of heat maps and shares, as CSV",
        needs="prediction",
    ),
    *LABEL_FILES,
    ActionSpec("file.settings", "Settings…", FILE, ("Ctrl+,",)),
    ActionSpec("file.quit", "Quit", FILE, ("Ctrl+Q",)),
)

_VIEW = (
    ActionSpec(
        "view.learned",
        "Learned window",
        VIEW,
        ("L",),
        "Show the window that the model learned; hold the key to compare with the one before",
        checkable=True,
        needs="learned",
        toolbar=True,
    ),
    ActionSpec(
        "view.learned_linear",
        "Learned window as linear approximation",
        VIEW,
        ("Shift+L",),
        "Linear level and width instead of the true sigmoid",
        checkable=True,
        needs="learned",
    ),
    *(
        ActionSpec(
            f"view.learned_channel_{i}",
            f"Learned window of channel {i}",
            VIEW,
            (f"Ctrl+{i}",),
            needs="learned",
        )
        for i in (1, 2, 3)
    ),
    ActionSpec(
        "view.composite",
        "Colour composite of the three learned channels",
        VIEW,
        ("K",),
        "Red, green and blue are the model's three windowed channels",
        checkable=True,
        needs="learned",
    ),
    ActionSpec(
        "view.model_input",
        "Picture the model was given",
        VIEW,
        ("M",),
        "The exact input of the network, on its own grid",
        checkable=True,
        needs="model",
    ),
    ActionSpec(
        "view.mirror",
        "Compare with the mirror image",
        VIEW,
        ("Q",),
        "Tints what is denser or less dense than the other side of the midline",
        checkable=True,
        needs="case",
    ),
    ActionSpec(
        "view.flip",
        "Flip about the midline",
        VIEW,
        ("Alt+Q",),
        "Left and right change places; tap it again and again to see what changes",
        checkable=True,
        needs="case",
    ),
    ActionSpec(
        "view.midline",
        "Midline as computed",
        VIEW,
        (),
        "Gives up the midline that you dragged in this series; a double click on the line does the same",
        needs="case",
    ),
    ActionSpec(
        "view.overlay",
        "Overlay",
        VIEW,
        ("O",),
        "Where the model looked",
        checkable=True,
        needs="case",
        toolbar=True,
    ),
    ActionSpec(
        "view.boxes",
        "Box",
        VIEW,
        ("X",),
        "Boxes around activation, with the overlay or without it",
        checkable=True,
        needs="case",
        toolbar=True,
    ),
    ActionSpec(
        "view.mask",
        "Weak mask",
        VIEW,
        ("Shift+M",),
        "The mask that the weak chain makes of the activation",
        checkable=True,
        needs="case",
    ),
    ActionSpec(
        "view.joint",
        "Overlay every positive class",
        VIEW,
        ("J",),
        "All flagged classes jointly, each in its colour",
        checkable=True,
        needs="case",
    ),
    ActionSpec("view.next_class", "Overlay the next class", VIEW, ("Shift+J",), needs="case"),
    ActionSpec(
        "view.raw_grid",
        "Raw activation grid",
        VIEW,
        ("Shift+G",),
        "The layer's own cells in mm, not smoothed",
        checkable=True,
        needs="case",
    ),
    ActionSpec(
        "view.four_up",
        "Four-up",
        VIEW,
        ("G",),
        "Brain, subdural, bone and learned window side by side",
        checkable=True,
        needs="case",
        toolbar=True,
    ),
    ActionSpec(
        "view.compare",
        "Compare explanations",
        VIEW,
        ("Shift+C",),
        "Two to six methods, layers or classes side by side on the slice, with their agreement",
        checkable=True,
        needs="prediction",
    ),
    ActionSpec("view.invert", "Invert", VIEW, ("I",), "Swap black and white", checkable=True, needs="case"),
    ActionSpec(
        "view.reset",
        "Reset view",
        VIEW,
        ("Space",),
        "As opened: fitted, through the first window, not inverted",
        needs="case",
    ),
    ActionSpec("view.zoom_in", "Zoom in", VIEW, ("+", "="), needs="case", repeats=True),
    ActionSpec("view.zoom_out", "Zoom out", VIEW, ("-",), needs="case", repeats=True),
    ActionSpec(
        "view.privacy",
        "Hide identity",
        VIEW,
        ("P",),
        "On screen, in the title, recents and thumbnails",
        checkable=True,
    ),
    ActionSpec("view.corner_text", "Corner text", VIEW, ("T",), checkable=True),
    ActionSpec("view.side_panel", "Side panel", VIEW, ("F9",), "Fold or unfold", checkable=True),
    ActionSpec("view.theme", "Light theme", VIEW, ("Ctrl+Shift+T",), checkable=True),
    ActionSpec("view.full_screen", "Full screen", VIEW, ("F11",), checkable=True),
)

_NAVIGATE = (
    ActionSpec("slice.next", "Next slice", NAVIGATE, ("Down", "Right"), needs="case", repeats=True),
    ActionSpec("slice.previous", "Previous slice", NAVIGATE, ("Up", "Left"), needs="case", repeats=True),
    ActionSpec("slice.page_next", "Five slices on", NAVIGATE, ("PgDown",), needs="case", repeats=True),
    ActionSpec("slice.page_previous", "Five slices back", NAVIGATE, ("PgUp",), needs="case", repeats=True),
    ActionSpec("slice.first", "First slice", NAVIGATE, ("Home",), "The lowest", needs="case"),
    ActionSpec("slice.last", "Last slice", NAVIGATE, ("End",), "The highest", needs="case"),
    ActionSpec("slice.cine", "Cine", NAVIGATE, ("C",), "Play the slices", checkable=True, needs="case"),
    ActionSpec("slice.next_flagged", "Next flagged slice", NAVIGATE, ("N",), needs="prediction"),
    ActionSpec(
        "slice.previous_flagged", "Previous flagged slice", NAVIGATE, ("Shift+N",), needs="prediction"
    ),
    *(
        ActionSpec(
            f"slice.next_{c.name}",
            f"Next slice flagged {c.name}",
            NAVIGATE,
            (f"Alt+{c.label}",),
            f"{c.short}",
            needs="prediction",
        )
        for c in HEMORRHAGE_CLASSES[1:]
    ),
    *(
        ActionSpec(
            f"slice.previous_{c.name}",
            f"Previous slice flagged {c.name}",
            NAVIGATE,
            (f"Ctrl+Alt+{c.label}",),
            f"{c.short}",
            needs="prediction",
        )
        for c in HEMORRHAGE_CLASSES[1:]
    ),
)

_WINDOW = (
    *(
        ActionSpec(
            f"window.preset_{number}",
            f"{preset.name.capitalize()} window {preset.center:g}/{preset.width:g}",
            WINDOW,
            (str(number),),
            needs="case",
        )
        for number, preset in enumerate(PRESETS[:9], start=1)
    ),
    ActionSpec("window.default", "The series' own window", WINDOW, ("0",), needs="case"),
    ActionSpec("window.level_up", "Raise level", WINDOW, ("Ctrl+Up",), needs="case", repeats=True),
    ActionSpec("window.level_down", "Lower level", WINDOW, ("Ctrl+Down",), needs="case", repeats=True),
    ActionSpec("window.widen", "Widen window", WINDOW, ("Ctrl+Right",), needs="case", repeats=True),
    ActionSpec("window.narrow", "Narrow window", WINDOW, ("Ctrl+Left",), needs="case", repeats=True),
)

_MEASURE = (
    ActionSpec("tool.window", "Window with the mouse", MEASURE, ("W",), checkable=True, needs="case"),
    ActionSpec("tool.pan", "Pan with the mouse", MEASURE, ("H",), checkable=True, needs="case"),
    ActionSpec("tool.zoom", "Zoom with the mouse", MEASURE, ("Z",), checkable=True, needs="case"),
    ActionSpec(
        "tool.distance", "Distance", MEASURE, ("D",), "Drag from end to end", checkable=True, needs="case"
    ),
    ActionSpec(
        "tool.angle",
        "Angle",
        MEASURE,
        ("A",),
        "Click three points, vertex second",
        checkable=True,
        needs="case",
    ),
    ActionSpec(
        "tool.ellipse",
        "Ellipse",
        MEASURE,
        ("R",),
        "Mean, SD and area of an elliptical region",
        checkable=True,
        needs="case",
    ),
    ActionSpec(
        "tool.rectangle",
        "Rectangle",
        MEASURE,
        ("Shift+R",),
        "Mean, SD and area of a rectangular region",
        checkable=True,
        needs="case",
    ),
    ActionSpec(
        "tool.occlude",
        "Paint away",
        MEASURE,
        ("U",),
        "Take a patch from what the model gets and see the probabilities change",
        checkable=True,
        needs="prediction",
    ),
    ActionSpec("edit.undo", "Undo", MEASURE, ("Ctrl+Z",), needs="undo"),
    ActionSpec("edit.redo", "Redo", MEASURE, ("Ctrl+Shift+Z", "Ctrl+Y"), needs="redo"),
)

_MODEL = (
    ActionSpec("model.predict", "Predict", MODEL, ("F5",), "Run the model on this series", needs="model"),
    ActionSpec("model.cancel", "Cancel", MODEL, ("Esc",), "Stop the running work; else put the tool away"),
    ActionSpec(
        "model.next",
        "Next model",
        MODEL,
        ("V",),
        "Show the next of the models in use, or of all",
        needs="models",
    ),
    ActionSpec("model.card", "Model card…", MODEL, (), "What the model is and is not", needs="card"),
    ActionSpec(
        "model.old_and_new",
        "Old and new model on this case…",
        MODEL,
        (),
        "Of a retraining, before the new one is used",
    ),
    *(
        ActionSpec(
            f"rating.{verdict}",
            f"Rate the heat map {verdict}",
            MODEL,
            (key,),
            "Once more takes it back",
            needs="prediction",
        )
        for verdict, key in (("correct", "F6"), ("partial", "F7"), ("incorrect", "F8"))
    ),
)

_HELP = (
    ActionSpec(
        "help.palette", "Command palette…", HELP, ("Ctrl+K",), "Any command by its name", toolbar=True
    ),
    ActionSpec("help.shortcuts", "Keyboard shortcuts", HELP, ("F1",)),
    ActionSpec("help.research_use", "Research use only…", HELP),
    ActionSpec("help.about", "About ichviewer", HELP),
)

ACTIONS: tuple[ActionSpec, ...] = (
    *_FILE,
    *_VIEW,
    *_NAVIGATE,
    *_WINDOW,
    *_MEASURE,
    *MASK_ACTIONS,
    *LABEL_ACTIONS,
    *READER_ACTIONS,
    *_MODEL,
    *_HELP,
)
"""Every action of the program, in menu order."""

BY_IDENTIFIER = {spec.identifier: spec for spec in ACTIONS}

MOUSE: tuple[tuple[str, str], ...] = (
    ("Left drag", "Window: right widens, up or down moves the level"),
    ("Wheel", "Slice"),
    ("Right drag", "Zoom"),
    ("Ctrl and wheel", "Zoom; with a brush its size"),
    ("Alt and drag with the brush", "Erase; with the eraser paint"),
    ("Middle drag", "Pan"),
    ("Drag the midline or its ends", "Shift or turn it, while sides are compared; double click: as computed"),
    ("Click in the strip", "Go to that slice"),
    ("Drop a folder, zip or file", "Open it"),
)
"""What the mouse does, for the help."""
