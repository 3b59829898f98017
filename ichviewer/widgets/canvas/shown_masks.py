"""Which masks lie over a slice on screen, and so in films and figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ichcore.subtypes import HEMORRHAGE_CLASSES, UNSTATED_LABEL
from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.corner_text import tr

if TYPE_CHECKING:
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.scene import Scene


def with_masks(scene: Scene, workspace: Workspace) -> Scene:
    """The scene with the reader's mask where that is shown, else the model's; another's as an outline."""
    if scene.display is Display.MODEL_INPUT:
        return scene
    masks, annotating = workspace.inference.masks, workspace.annotating
    weak = masks.settings.visible and not annotating.shown
    return replace(
        scene,
        mask=masks.mask(scene.index) if weak else None,
        boxes=() if weak else scene.boxes,  # the mask has a box of its own
        mask_settings=masks.settings,
        edited=annotating.edited(scene.index),
        other_mask=workspace.reading.readers.outlined_slice(scene.index),
    )


def masks_in_words(scene: Scene) -> str:
    """Whose masks a scene draws, and what they call it; empty where it draws none."""
    words = []
    if scene.edited is not None and scene.edited.labels.any():
        names = _names(np.unique(scene.edited.labels).tolist())
        words.append(tr("Mask drawn by a reader: {names}").format(names=names))
    if scene.mask is not None and scene.mask.labels.any():
        names = _names(np.unique(scene.mask.labels).tolist())
        words.append(tr("Mask drawn by the model: {names}").format(names=names))
    if scene.other_mask is not None and scene.other_mask.any():
        words.append(tr("Outlined: mask of another reader"))
    return ". ".join(words)


def _names(labels: list[int]) -> str:
    short = {one.label: one.short for one in HEMORRHAGE_CLASSES if one.label is not None}
    short[UNSTATED_LABEL] = tr("subtype not stated")
    return ", ".join(short[label] for label in labels if label in short)
