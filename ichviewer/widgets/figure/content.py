"""What a figure holds, taken from the documents at once; only the panes' pictures are drawn here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter

import ichcore
from ichcore.explain.agreement import PEAKS_TOGETHER_MM
from ichcore.subtypes import CLASSES, hemorrhage_class
from ichcore.volume.window import Transfer
from ichviewer.documents.badges import map_title
from ichviewer.documents.comparison import Asked
from ichviewer.documents.view_state import Display, Layout
from ichviewer.widgets.canvas.activation_image import colour_map_of
from ichviewer.widgets.canvas.boxes import box_rect
from ichviewer.widgets.canvas.comparison_grid import columns_and_rows
from ichviewer.widgets.canvas.corner_text import (
    SEPARATOR,
    level_text,
    location_text,
    patient_lines,
    study_lines,
    tr,
)
from ichviewer.widgets.canvas.explained_scene import caption, explained_scene, method_title
from ichviewer.widgets.canvas.picture import NO_CORNERS, new_picture
from ichviewer.widgets.canvas.scene import Scene, scene_of
from ichviewer.widgets.canvas.shown_masks import masks_in_words, with_masks
from ichviewer.widgets.canvas.slice_painter import SlicePainter
from ichviewer.widgets.canvas.viewport import Camera, Viewport

if TYPE_CHECKING:
    from ichcore.explain.agreement import Agreement
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

DPI = 300
WIDTH_MM = 180.0
"""A figure over two columns of a journal."""
LONE_MM = 110.0
"""Width of a single pane."""
GAP_MM = 3.0
RESEARCH = "Research use only; not a medical device."


@dataclass(frozen=True)
class FigurePane:
    """One picture and what is written and drawn over it.

    Attributes:
        caption: method, layer and class.
        aside: the class's probability on the slice, or empty.
        note: why there is no map, or empty.
        image: the slice with its map, without any text.
        boxes: rectangles in parts of the picture's width and height, with the class whose colour they have.
    """

    caption: str
    aside: str
    note: str
    image: QImage
    boxes: tuple[tuple[QRectF, str], ...]


@dataclass(frozen=True)
class Scale:
    """A colour bar: its map, whose ramp it is, and from which activation on it is drawn."""

    colour_map: str
    class_name: str
    threshold: float


@dataclass(frozen=True, eq=False)
class Figure:
    """All of a figure.

    Attributes:
        panes: in the order of the grid.
        columns: of the grid.
        sides: letters at the left and right of each picture.
        mm_across: how many millimetres a picture shows from side to side; ``None`` where unknown.
        scales: one a colour map in use.
        votes: the most maps that the agreement pane counts; 0 without one.
        names: the compared explanations, for the matrix.
        agreement: of those; ``None`` where nothing is compared.
        peaks: what is said of the peaks.
        identity: patient text, only where the reader asked for it.
        parameters: lines that say how the figure came about.
    """

    panes: tuple[FigurePane, ...]
    columns: int
    sides: tuple[str, str]
    mm_across: float | None
    scales: tuple[Scale, ...]
    votes: int
    names: tuple[str, ...]
    agreement: Agreement | None
    peaks: str
    identity: str
    parameters: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the figure shows, for the files' own headers."""
        return SEPARATOR.join(dict.fromkeys(pane.caption for pane in self.panes))


def figure_of(workspace: Workspace, case: Case, camera: Camera, *, with_identity: bool) -> Figure:
    """The figure of what is on screen: every pane of a comparison, or the one slice with its overlay.

    Args:
        workspace: the documents.
        case: the open case.
        camera: zoom and middle of the views.
        with_identity: whether the reader asked for patient text.
    """
    view, comparison = workspace.view, workspace.inference.comparison
    compared = view.layout is Layout.COMPARE
    count = comparison.panes if compared else 1
    columns = columns_and_rows(count)[0] if compared else 1
    base = _base_scene(workspace, case)
    scenes = [explained_scene(base, case, workspace.inference, n) if compared else base for n in range(count)]
    pane_mm = (WIDTH_MM - (columns - 1) * GAP_MM) / columns if compared else LONE_MM
    geometry = case.volume.geometry
    size = _picture_size(case, pane_mm)
    viewport = Viewport.of(camera, geometry, size.width(), size.height())
    painter = SlicePainter()
    panes = tuple(
        _pane(scene, viewport, painter, _caption(workspace, case, scene, place, compared))
        for place, scene in enumerate(scenes)
    )
    asked = Asked.of(case, comparison, base.index, view.overlay.threshold)
    said = comparison.agreement(base.index, asked) if compared else None
    left, right = geometry.orientation_letters()[:2]
    spacing = geometry.pixel_spacing_mm
    return Figure(
        panes=panes,
        columns=columns,
        sides=(left, right),
        mm_across=None if spacing is None else size.width() / viewport.across * spacing[1],
        scales=_scales(scenes, painter),
        votes=next((scene.votes.most for scene in scenes if scene.votes is not None), 0),
        names=tuple(method_title(each.method) for each in comparison.explanations) if compared else (),
        agreement=said,
        peaks=_peaks(said),
        identity=_identity(case) if with_identity else "",
        parameters=_parameters(workspace, case, base),
    )


def _base_scene(workspace: Workspace, case: Case) -> Scene:
    view = workspace.view
    index = min(view.slice_index, case.volume.shape[0] - 1)
    scene = scene_of(case, view, index, view.window, main=True)
    display = Display.GREY if scene.display is Display.MODEL_INPUT else scene.display
    scene = replace(scene, display=display, found=(), measurements=(), corners=NO_CORNERS, corner_text=False)
    return with_masks(scene, workspace)


def _picture_size(case: Case, pane_mm: float) -> QSize:
    """Pixels of a pane at :data:`DPI`, in the slice's own proportions."""
    _, rows, columns = case.volume.shape
    row_mm, column_mm = case.volume.geometry.pixel_spacing_mm or (1.0, 1.0)
    width = round(pane_mm / 25.4 * DPI)
    return QSize(width, round(width * rows * row_mm / (columns * column_mm)))


def _pane(scene: Scene, viewport: Viewport, drawing: SlicePainter, words: tuple[str, str]) -> FigurePane:
    image = new_picture(QSize(viewport.width, viewport.height), 1.0)
    painter = QPainter(image)
    drawing.paint(painter, replace(scene, boxes=(), note=""), viewport)
    painter.end()
    across, down = 1.0 / viewport.width, 1.0 / viewport.height
    boxes = []
    for box in scene.boxes:
        on_screen = box_rect(box, viewport)
        part = QRectF(
            on_screen.x() * across,
            on_screen.y() * down,
            on_screen.width() * across,
            on_screen.height() * down,
        )
        boxes.append((part, box.class_name))
    return FigurePane(words[0], words[1], scene.note, image, tuple(boxes))


def _caption(workspace: Workspace, case: Case, scene: Scene, place: int, compared: bool) -> tuple[str, str]:
    """What stands above a pane at the left, and at the right the probability of its class."""
    inference, overlay = workspace.inference, scene.overlay
    if compared:
        words = caption(case, inference, place, scene.index)
        if place >= len(inference.comparison.explanations):
            return tr("{name}: maps above {threshold:.2f}").format(
                name=words, threshold=overlay.threshold
            ), ""
        named = inference.comparison.explanations[place].on(case, scene.index).class_name
        return words, _probability(scene, named)
    maps = scene.heatmaps
    if not maps:
        return tr("no activation shown"), ""
    classes = ", ".join(hemorrhage_class(heatmap.class_name).short for heatmap in maps)
    words = SEPARATOR.join(filter(None, (method_title(maps[0].method), maps[0].layer, classes)))
    return words, _probability(scene, maps[0].class_name) if len(maps) == 1 else ""


def _probability(scene: Scene, class_name: str | None) -> str:
    if scene.probabilities is None or class_name is None:
        return ""
    value = float(scene.probabilities[CLASSES.index(class_name)])
    return "" if np.isnan(value) else f"{hemorrhage_class(class_name).short} {value:.2f}"


def _scales(scenes: list[Scene], painter: SlicePainter) -> tuple[Scale, ...]:
    found = []
    for scene in scenes:
        shown = painter.shown(scene)
        for heatmap in shown:
            name = colour_map_of(shown, scene.overlay)
            found.append(Scale(name, heatmap.class_name if name == "class" else "", scene.overlay.threshold))
    return tuple(dict.fromkeys(found))


def _peaks(said: Agreement | None) -> str:
    if said is None or np.isnan(said.farthest_mm):
        return ""
    place = tr("at one place") if said.peaks_together else tr("not at one place")
    return tr("Peaks at most {far:.1f} mm apart: {place} (within {limit:.0f} mm).").format(
        far=said.farthest_mm, place=place, limit=PEAKS_TOGETHER_MM
    )


def _identity(case: Case) -> str:
    identity = case.volume.identity
    lines = (*patient_lines(identity, shown=True), *study_lines(identity, shown=True))
    return SEPARATOR.join("".join(run.text for run in line) for line in lines)


def _parameters(workspace: Workspace, case: Case, scene: Scene) -> tuple[str, ...]:
    """What must be known to make the figure again."""
    geometry, window, overlay = case.volume.geometry, scene.window, scene.overlay
    slices = tr("Slice {i} of {n} (index {index})").format(
        i=scene.index + 1, n=case.volume.shape[0], index=scene.index
    )
    if geometry.positions_known:
        at = tr("position {mm:.1f} mm").format(mm=geometry.positions_mm[scene.index])
        slices = ", ".join(text for text in (slices, at, location_text(geometry, scene.index)) if text)
    if scene.display is Display.COMPOSITE:
        seen = tr("Window: learned, three channels")
    else:
        curve = tr("sigmoid") if window.transfer is Transfer.SIGMOID else tr("linear")
        name = f"{window.name}, " if window.name else ""
        seen = tr("Window: level {level}, width {width} ({name}{curve})").format(
            level=level_text(window.center), width=level_text(window.width), name=name, curve=curve
        )
        seen += tr(", inverted") if scene.inverted else ""
    drawn = tr("Activation from threshold {threshold:.2f}, opacity {opacity:.2f}").format(
        threshold=overlay.threshold, opacity=overlay.opacity
    )
    lines = [f"{slices}. {seen}. {drawn}."]
    masks = masks_in_words(scene)
    if masks:
        lines.append(f"{masks}.")
    if case.read_map is not None:
        lines.append(tr("Heat map from a file: {what}.").format(what=map_title(case.read_map)))
    prediction = case.prediction
    if prediction is not None:
        lines.append(
            tr("Model {name}, SHA-256 {sha}.").format(name=prediction.model_name, sha=prediction.model_sha256)
        )
    lines.append(f"ichviewer {ichcore.__version__}. {tr(RESEARCH)}")
    return tuple(lines)
