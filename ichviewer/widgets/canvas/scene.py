"""Everything that one picture of one slice depends on, taken from the documents at the moment of painting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ichviewer.documents.view_state import Display, OverlaySettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Box, Heatmap
    from ichcore.masks.midline import Ends
    from ichcore.masks.segmenter import SliceMask
    from ichcore.volume import Volume, Window
    from ichviewer.documents.badges import Badge
    from ichviewer.documents.beyond_six import FoundBox
    from ichviewer.documents.case import Case
    from ichviewer.documents.changed_boxes import EditedSlice
    from ichviewer.documents.mask_settings import MaskSettings
    from ichviewer.documents.measurements import Measurement, Point
    from ichviewer.documents.mirror_picture import MirrorPicture
    from ichviewer.documents.occlusion_flow import Stroke
    from ichviewer.documents.view_state import ViewState
    from ichviewer.widgets.canvas.model_input import ModelPicture
    from ichviewer.widgets.canvas.own_boxes import OwnBox
    from ichviewer.widgets.canvas.proposed import Draft, Pointed
    from ichviewer.widgets.canvas.votes import Votes


@dataclass(frozen=True)
class Corners:
    """Which texts a view carries; four small views share the corners of the area among them.

    Attributes:
        title: what stands at the top left of a small view, before the patient.
        patient: patient, at the top left.
        study: institution, study, date, at the top right.
        probe: HU under the cursor, at the bottom left.
        window: window and zoom, at the bottom left.
        slice_place: series, thickness, slice, location and badges, at the bottom right.
        letters: orientation letters.
        ruler: the scale bar.
        legend: what the overlay's colours mean.
        research: the line "Research use only", for pictures that leave the program.
    """

    title: bool = False
    patient: bool = True
    study: bool = True
    probe: bool = True
    window: bool = True
    slice_place: bool = True
    letters: bool = True
    ruler: bool = True
    legend: bool = True
    research: bool = False


@dataclass(frozen=True, eq=False)
class Scene:
    """One slice and how it is shown."""

    volume: Volume
    index: int
    window: Window
    inverted: bool = False
    display: Display = Display.GREY
    learned_windows: tuple[Window | None, ...] = ()
    learned_channel: int | None = None
    """The learned channel that :attr:`window` is, or ``None``."""
    overlay: OverlaySettings = field(default_factory=OverlaySettings)
    heatmaps: tuple[Heatmap, ...] = ()
    boxes: tuple[Box, ...] = ()
    found: tuple[FoundBox, ...] = ()
    """Boxes that the network detected itself, beside those drawn around activation."""
    own_boxes: tuple[OwnBox, ...] = ()
    """The reader's own boxes."""
    mask: SliceMask | None = None
    """The weak mask of this slice; ``None`` where none is shown or there yet."""
    mask_settings: MaskSettings | None = None
    edited: EditedSlice | None = None
    """The reader's own mask of this slice, in place of the weak one."""
    other_mask: NDArray[np.uint8] | None = None
    """``(rows, columns)`` labels of another reader, to be outlined; ``None`` where none is shown."""
    pointed: Pointed | None = None
    """Voxels that are proposed, or that a click would take."""
    draft: Draft | None = None
    """An outline or scribble in the making."""
    votes: Votes | None = None
    """How many compared maps exceed the threshold, in place of a heat map."""
    note: str = ""
    """Why nothing is drawn where a map could be."""
    probabilities: NDArray[np.float32] | None = None
    """``(6,)`` of this slice."""
    measurements: tuple[Measurement, ...] = ()
    selected: int | None = None
    badges: tuple[Badge, ...] = ()
    identity: bool = True
    probe: Point | None = None
    crosshair: Point | None = None
    model_picture: ModelPicture | None = None
    mirrored: bool = False
    """Whether the slice is compared with its mirror image."""
    mirror: MirrorPicture | None = None
    """How it differs from it; ``None`` until that is known."""
    midline: Ends | None = None
    """Between the sides that are compared."""
    flipped: NDArray[np.int16] | None = None
    """``(rows, columns)`` the slice flipped about its midline, in place of the slice."""
    patch: tuple[Stroke, ...] = ()
    """Strokes that the reader painted away on this slice."""
    occluded: NDArray[np.int16] | None = None
    """``(rows, columns)`` the slice without the patch, as the model gets it; ``None`` until it is made."""
    corners: Corners = field(default_factory=Corners)
    corner_text: bool = True
    smooth: bool = True
    hurry: bool = False
    """Whether the image is moving, so that a coarse picture now is better than a fine one later."""

    @property
    def decoded(self) -> bool:
        """Whether the slice's pixels are in."""
        return bool(self.volume.decoded[self.index])


def learned_channel_of(window: Window, learned: tuple[Window | None, ...]) -> int | None:
    """Which learned channel a window is, as sigmoid or as its linear approximation; ``None`` for another."""
    for channel, candidate in enumerate(learned):
        if candidate is not None and (candidate.center, candidate.width) == (window.center, window.width):
            return channel
    return None


def scene_of(case: Case, view: ViewState, index: int, window: Window, *, main: bool) -> Scene:
    """The scene of a slice as the documents have it; the caller adds what only its view knows.

    Args:
        case: the open case.
        view: the reader's view.
        index: slice to show.
        window: window to show it through.
        main: whether this is the view that display modes apply to.
    """
    prediction = case.prediction
    probabilities = None
    if prediction is not None and index < len(prediction.probabilities):
        probabilities = prediction.probabilities[index]
    display = view.display if main else Display.GREY
    learned = display is Display.GREY and (view.learned_on or not main)
    overlay, heatmaps, boxes = view.overlay, case.heatmaps(index), case.boxes(index)
    if case.read_map is not None:
        overlay = replace(overlay, class_name=case.read_map.class_name, raw_grid=False)
        read = case.read_map.on(index)
        heatmaps, boxes = () if read is None else (read,), ()
    return Scene(
        volume=case.volume,
        index=index,
        window=window,
        inverted=view.inverted,
        display=display,
        learned_windows=view.learned_windows,
        learned_channel=learned_channel_of(window, view.learned_windows) if learned else None,
        overlay=overlay,
        heatmaps=heatmaps if overlay.visible else (),
        boxes=boxes if overlay.boxes else (),
        found=case.beyond.boxes(index) if view.overlay.boxes else (),
        probabilities=probabilities,
        measurements=tuple(item for item in case.measurements if item.slice_index == index),
        identity=not view.identity_hidden,
    )
