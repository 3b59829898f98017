"""The headers of the instances that a volume came from, in the order of its slices."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.dicom.reading import read_series
from ichcore.dicom.whole_header import whole_header
from ichcore.errors import NothingFoundError
from ichcore.nifti import is_nifti_name
from ichcore.opening.listing import list_sources
from ichcore.pictures import is_picture_name

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom import Dataset

    from ichcore.dicom.frame import Frame
    from ichcore.dicom.series import DicomSeries
    from ichcore.progress import CancelToken
    from ichcore.volume import Volume

FRAME_NUMBER = "ReferencedFrameNumber"
"""Holds the 1-based frame of a slice that is part of a multi-frame file."""
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


def source_headers(path: Path, volume: Volume, *, cancel: CancelToken | None = None) -> tuple[Dataset, ...]:
    """One dataset a slice, without pixel data; everything else as it stands in the file.

    A frame of a multi-frame file gets the file's header without its functional groups, and its number as
    ``ReferencedFrameNumber``.

    Args:
        path: the folder, zip, DICOMDIR or file that the volume was opened from.
        volume: of it.
        cancel: asked between files.

    Returns:
        In the order of the volume; empty where the series is not DICOM.

    Raises:
        NothingFoundError: if the path holds DICOM, but not this series.
        InputError: if the path cannot be read, or a header is damaged.
    """
    sources, _ = list_sources(path, cancel=cancel)
    others = [s for s in sources if not is_picture_name(s.label) and not is_nifti_name(s.label)]
    series, _ = read_series(others, cancel=cancel)
    found = next((one for one in series if _same(one, volume)), None)
    if found is None:
        if len(others) < len(sources):
            return ()
        raise NothingFoundError(
            f"{path.name} does not hold the DICOM series that is open; give what it was opened from."
        )
    files: dict[str, Any] = {}
    return tuple(_header(frame, files) for frame in found.frames)


def _same(series: DicomSeries, volume: Volume) -> bool:
    return (
        series.identity.series_instance_uid == volume.identity.series_instance_uid
        and series.sop_instance_uids == volume.sop_instance_uids
    )


def _header(frame: Frame, files: dict[str, Any]) -> Dataset:
    name = frame.header.label
    with quiet_pydicom():
        if name not in files:
            files[name] = whole_header(frame.header)
            for group in _GROUPS if frame.header.frames > 1 else ():
                if group in files[name]:
                    delattr(files[name], group)
        if frame.header.frames == 1:
            whole: Dataset = files[name]
            return whole
        slim: Dataset = copy.deepcopy(files[name])
        slim.add_new("ReferencedFrameNumber", "IS", frame.number + 1)
        return slim
