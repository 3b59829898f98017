"""What one reader says of one series: mask, labels, boxes and notes, each with its provenance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ichcore.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.answer import Said
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.origin import Origin


@dataclass(frozen=True)
class LabelledBox:
    """A rectangle around something on one slice.

    Attributes:
        index: slice.
        name: of the six classes.
        rectangle: (row0, column0, row1, column1), 0-based, half-open.
        origin: whose rectangle it is: the model's as it was taken over, or a reader's.
        model: ``name@sha256`` of the model that proposed it; empty where a reader drew it. A box of a model
            whose origin is human was adjusted.
    """

    index: int
    name: str
    rectangle: tuple[int, int, int, int]
    origin: Origin
    model: str = ""


@dataclass(frozen=True, eq=False)
class Annotation:
    """A snapshot, as it is exported, compared and learned from; the store is where it lives.

    Attributes:
        series_instance_uid: of the series.
        sop_instance_uids: one a slice, in the order of the mask.
        mask: labels and origins on the series' own grid.
        slices: what was said of (slice index, class); a class of which nothing was said is missing.
        study: what was said of a class in the whole series.
        boxes: drawn or taken over from the model.
        notes: text by slice index; ``None`` is the note of the study.
        seconds: time spent by slice index.
        reader: whose it is; for the suggestion of a model, its name.
        model: ``name@sha256`` of the model whose mask it began with; empty where it began with nothing.
        revision: grows with every change in the store; 0 outside one.

    Raises:
        GeometryError: if the mask has not as many slices as there are UIDs.
    """

    series_instance_uid: str
    sop_instance_uids: tuple[str, ...]
    mask: LabelMap
    slices: Mapping[tuple[int, str], Said] = field(default_factory=dict)
    study: Mapping[str, Said] = field(default_factory=dict)
    boxes: tuple[LabelledBox, ...] = ()
    notes: Mapping[int | None, str] = field(default_factory=dict)
    seconds: Mapping[int, float] = field(default_factory=dict)
    reader: str = ""
    model: str = ""
    revision: int = 0

    def __post_init__(self) -> None:
        if len(self.sop_instance_uids) != self.mask.shape[0]:
            raise GeometryError(
                f"The mask has {self.mask.shape[0]} slices, the series {len(self.sop_instance_uids)}."
            )
