"""A series as one int16 array of HU with its geometry and identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ichcore.volume.passport import Finding, has_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.geometry import Geometry
    from ichcore.volume.window import Window

AIR_HU = -1024
"""What a voxel holds that the source does not: padding, and slices not decoded yet."""


@dataclass(frozen=True)
class SeriesIdentity:
    """Who, where and when; empty strings where the source does not say. Never logged."""

    series_instance_uid: str = ""
    study_instance_uid: str = ""
    frame_of_reference_uid: str = ""
    patient_name: str = ""
    patient_id: str = ""
    patient_sex: str = ""
    patient_age: str = ""
    institution: str = ""
    study_date: str = ""
    study_description: str = ""
    series_description: str = ""
    series_number: int | None = None
    modality: str = ""
    body_part: str = ""
    convolution_kernel: str = ""
    contrast_agent: str = ""
    manufacturer: str = ""
    scanner_model: str = ""


@dataclass(frozen=True, eq=False)
class Volume:
    """One series on its own grid.

    Attributes:
        hu: int16 ``(slice, row, column)``; HU, or 8-bit grey values where :attr:`is_hu` is false. While
            a series is still decoding, slices not yet in hold :data:`AIR_HU`.
        geometry: where the voxels lie.
        sop_instance_uids: one a slice, in the order of :attr:`hu`; made up (and stable) where the source
            has none.
        identity: patient, study and series.
        passport: what was found and repaired on opening.
        windows: the series' own default windows, best first; may be empty.
        is_hu: ``False`` for pictures, whose grey values are not HU.
        decoded: bool ``(slice,)``; which slices are in.
    """

    hu: NDArray[np.int16]
    geometry: Geometry
    sop_instance_uids: tuple[str, ...]
    identity: SeriesIdentity = field(default_factory=SeriesIdentity)
    passport: tuple[Finding, ...] = ()
    windows: tuple[Window, ...] = ()
    is_hu: bool = True
    decoded: NDArray[np.bool_] = field(default_factory=lambda: np.ones(0, bool))

    def __post_init__(self) -> None:
        if self.decoded.shape[0] != self.hu.shape[0]:
            object.__setattr__(self, "decoded", np.ones(self.hu.shape[0], bool))

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(slices, rows, columns)``."""
        return self.geometry.shape

    @property
    def complete(self) -> bool:
        """Whether every slice is decoded."""
        return bool(self.decoded.all())

    def has(self, code: str) -> bool:
        """Whether the passport holds this code."""
        return has_code(self.passport, code)
