"""Pictures that leave the program: without patient text unless asked, and saying what they are for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.own_boxes import stored_boxes, with_own_boxes
from ichviewer.widgets.canvas.scene import Corners, Scene, scene_of
from ichviewer.widgets.canvas.shown_masks import with_masks

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

FILM_CORNERS = Corners(probe=False, research=True)
NO_CORNERS = Corners(
    patient=False,
    study=False,
    probe=False,
    window=False,
    slice_place=False,
    letters=False,
    ruler=False,
    legend=False,
)


def new_picture(size: QSize, ratio: float) -> QImage:
    """A black opaque picture of ``size`` points with ``ratio`` pixels a point."""
    image = QImage(
        max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.black)
    return image


def film_scene(
    workspace: Workspace,
    case: Case,
    index: int,
    *,
    with_overlay: bool,
    with_identity: bool,
    with_text: bool,
) -> Scene:
    """The scene of one picture of a film; the model's own input is not filmed, its slice is."""
    view = workspace.view
    scene = scene_of(case, view, index, view.window, main=True)
    display = Display.GREY if scene.display is Display.MODEL_INPUT else scene.display
    scene = replace(
        scene,
        display=display,
        badges=workspace.badges if with_text else (),
        identity=with_identity,
        corners=FILM_CORNERS if with_text else NO_CORNERS,
        corner_text=with_text,
        smooth=workspace.settings.preferences.smooth,
    )
    if with_overlay:
        return with_own_boxes(with_masks(scene, workspace), stored_boxes(workspace.boxes, index))
    return replace(scene, overlay=replace(scene.overlay, visible=False), heatmaps=(), boxes=())
