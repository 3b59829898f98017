"""Which series an annotation belongs to, and on which grid it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.errors import GeometryError

if TYPE_CHECKING:
    from ichcore.annotations.annotation import Annotation
    from ichcore.volume.volume import Volume


@dataclass(frozen=True)
class AnnotatedSeries:
    """What has to be the same whenever a series is opened again, or its masks would lie elsewhere.

    Attributes:
        series_instance_uid: of the series.
        sop_instance_uids: one a slice, in the order of the mask.
        shape: of the mask, ``(slices, rows, columns)``.

    Raises:
        GeometryError: if the mask has not as many slices as there are UIDs.
    """

    series_instance_uid: str
    sop_instance_uids: tuple[str, ...]
    shape: tuple[int, int, int]

    def __post_init__(self) -> None:
        if len(self.sop_instance_uids) != self.shape[0]:
            raise GeometryError(
                f"The mask has {self.shape[0]} slices, the series {len(self.sop_instance_uids)}."
            )

    @classmethod
    def of(cls, volume: Volume) -> AnnotatedSeries:
        """The series of an opened volume."""
        return cls(volume.identity.series_instance_uid, volume.sop_instance_uids, volume.shape)

    @classmethod
    def of_annotation(cls, annotation: Annotation) -> AnnotatedSeries:
        """The series of an annotation from elsewhere."""
        return cls(annotation.series_instance_uid, annotation.sop_instance_uids, annotation.mask.shape)
