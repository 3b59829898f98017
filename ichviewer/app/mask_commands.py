"""What the actions of the Mask menu do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ichviewer.actions.mask_actions import LABEL_NAMES
from ichviewer.documents.mask_operations import COMMANDS
from ichviewer.documents.view_state import Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas import ImageArea

SWITCHES = {
    "mask.gate": "gated",
    "mask.ball": "ball",
    "mask.whole_series": "whole_series",
    "mask.mine": "visible",
}
"""Settings that an action switches."""


def mask_handlers(workspace: Workspace, image: ImageArea) -> dict[str, Callable[[], None]]:
    """Handlers by action identifier."""
    operations, annotating = workspace.operations, workspace.annotating
    return {
        "mask.smaller": partial(image.hands.painting.resize, -1),
        "mask.larger": partial(image.hands.painting.resize, 1),
        "mask.next_label": partial(_step_label, workspace, 1),
        "mask.previous_label": partial(_step_label, workspace, -1),
        **{f"mask.label_{n}": partial(annotating.change, label=label) for label, n in LABEL_NAMES.items()},
        **{name: partial(_switch, workspace, setting) for name, setting in SWITCHES.items()},
        "mask.gate_from_tip": workspace.gate_range.from_tip,
        "mask.gate_from_mask": workspace.gate_range.from_mask,
        "mask.take_model": partial(operations.take_model, whole=True),
        "mask.take_model_slice": partial(operations.take_model, whole=False),
        "mask.take_box": partial(_take_box, workspace),
        "mask.label_box": workspace.boxes.relabel_selected,
        "mask.refine": operations.refine_slice,
        **{f"mask.{name}": partial(operations.command, name) for name in COMMANDS},
        "mask.copy_next": partial(operations.copy_to, 1),
        "mask.copy_previous": partial(operations.copy_to, -1),
        "mask.interpolate": operations.interpolate,
        "mask.clear_slice": operations.clear_slice,
        **{f"mask.relabel_{n}": partial(operations.relabel_all, label) for label, n in LABEL_NAMES.items()},
    }


def _step_label(workspace: Workspace, by: int) -> None:
    """The next or previous of the labels, round and round."""
    labels = list(LABEL_NAMES)
    at = labels.index(workspace.annotating.settings.label)
    workspace.annotating.change(label=labels[(at + by) % len(labels)])


def _take_box(workspace: Workspace) -> None:
    """Have the model's boxes, and the tool that adjusts them in hand."""
    if workspace.boxes.can_take:
        workspace.view.set_tool(Tool.BOX)
    workspace.boxes.take_over()


def _switch(workspace: Workspace, setting: str) -> None:
    annotating = workspace.annotating
    annotating.change(**{setting: not getattr(annotating.settings, setting)})
