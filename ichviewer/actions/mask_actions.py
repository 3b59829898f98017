"""The actions of the Mask menu: tools that draw, and commands on what is drawn."""

from __future__ import annotations

from ichcore.subtypes import HEMORRHAGE_CLASSES, UNSTATED_LABEL
from ichviewer.actions.action import ActionSpec

MASK = "Mask"

LABEL_NAMES = {c.label: c.name for c in HEMORRHAGE_CLASSES if c.label is not None} | {
    UNSTATED_LABEL: "unstated"
}
"""How the labels of a mask are called in identifiers."""


def _tool(name: str, text: str, keys: tuple[str, ...], tip: str) -> ActionSpec:
    return ActionSpec(f"tool.{name}", text, MASK, keys, tip, checkable=True, needs="case")


def _command(name: str, text: str, keys: tuple[str, ...] = (), tip: str = "") -> ActionSpec:
    return ActionSpec(f"mask.{name}", text, MASK, keys, tip, needs="case")


def _switch(name: str, text: str, keys: tuple[str, ...], tip: str) -> ActionSpec:
    return ActionSpec(f"mask.{name}", text, MASK, keys, tip, checkable=True, needs="case")


MASK_ACTIONS = (
    _tool("brush", "Brush", ("B",), "Drag paints the label; Alt erases, Ctrl and wheel change the size"),
    _tool("eraser", "Eraser", ("E",), "Drag takes away; Alt paints"),
    _tool("scribble", "Smart scribble", ("S",), "Scribble on a bleed: what belongs to it is proposed"),
    _tool("lasso", "Lasso", ("Shift+O",), "Drag around what is to be filled"),
    _tool("polygon", "Polygon", ("Shift+P",), "Click the corners; Enter or the first corner closes it"),
    _tool("fill", "Fill", ("Shift+F",), "Click into a closed outline, or on a label"),
    _tool("level_trace", "Level trace", ("Shift+T",), "Click takes the line of equal HU under the mouse"),
    _tool("region_grow", "Region grow", ("F",), "Click takes what is connected and has like HU"),
    _tool("relabel", "Relabel a piece", ("Shift+Q",), "Click gives a piece the current label"),
    _tool("drop_island", "Drop a piece", ("Shift+X",), "Click takes a piece away"),
    _tool(
        "box", "Box", ("Ctrl+B",), "Drag draws a box of the label, its handles resize it; Delete, Alt+arrows"
    ),
    ActionSpec(
        "mask.take_box",
        "Take the model's box",
        MASK,
        ("Ctrl+Shift+B",),
        "Of this slice, to be adjusted with the box tool",
        needs="prediction",
    ),
    _command("label_box", "Give the box the current label", ("Alt+B",), "The one that is selected"),
    ActionSpec("mask.smaller", "Smaller brush", MASK, ("[",), needs="case", repeats=True),
    ActionSpec("mask.larger", "Larger brush", MASK, ("]",), needs="case", repeats=True),
    _command("next_label", "Next label", ("Y",), "The next of the six labels becomes the current one"),
    _command("previous_label", "Previous label", ("Shift+Y",)),
    *(_command(f"label_{name}", f"Label {name}") for name in LABEL_NAMES.values()),
    _switch("gate", "HU range", ("Shift+V",), "Tools paint only voxels of the range"),
    _command("gate_from_tip", "HU range from the tip", ("Alt+V",), "From the voxels under the brush"),
    _command("gate_from_mask", "HU range from the mask", ("Alt+Shift+V",), "From the voxels of your label"),
    _switch("ball", "Ball brush", ("Shift+B",), "The brush covers neighbouring slices, too"),
    _switch("whole_series", "All slices", ("Shift+A",), "Commands and clicks work through all slices"),
    _switch("mine", "My mask", ("Shift+W",), "Yours is drawn; off shows the model's in its place"),
    ActionSpec(
        "mask.take_model",
        "Take the model's mask",
        MASK,
        ("Ctrl+Shift+M",),
        "Of the whole series, in place of what is there",
        needs="prediction",
    ),
    ActionSpec(
        "mask.take_model_slice",
        "Take the model's mask of this slice",
        MASK,
        ("Ctrl+M",),
        needs="prediction",
    ),
    _command("refine", "Refine", ("Shift+E",), "Propose better borders; Enter takes them, Escape drops them"),
    _command("grow", "Grow", ("Ctrl+]",), "By the margin"),
    _command("shrink", "Shrink", ("Ctrl+[",), "By the margin"),
    _command("smooth", "Smooth", ("Shift+S",), "As wide as the margin"),
    _command("fill_holes", "Fill holes", ("Shift+H",)),
    _command("keep_largest", "Keep the largest piece", ("Shift+K",)),
    _command("drop_small", "Drop small pieces", ("Shift+D",), "Smaller than the area that is set"),
    _command("copy_next", "Copy to the next slice", ("Ctrl+PgDown",), "Towards the head, and go there"),
    _command("copy_previous", "Copy to the slice before", ("Ctrl+PgUp",), "And go there"),
    _command("interpolate", "Interpolate", ("Shift+I",), "Draw the slices between those that you drew"),
    _command("clear_slice", "Clear slice", ("Ctrl+Backspace",)),
    *(
        _command(f"relabel_{name}", f"Give all {name} the current label", (), "On the slice, or on all")
        for name in LABEL_NAMES.values()
    ),
)
