"""Multi-frame files: enhanced CT with functional groups, and files whose LUT needs nested sequences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.dicom import tags
from ichcore.dicom.frame import (
    Frame,
    ModalityLut,
    orientation_of,
    positive,
    single_frame,
    spacing_of,
    storage_of,
    triple,
)
from ichcore.dicom.header import windows_of
from ichcore.dicom.quiet import PydicomError, quiet_pydicom
from ichcore.dicom.whole_header import whole_header
from ichcore.volume.uid import derived_uid

if TYPE_CHECKING:
    from ichcore.dicom.header import Header
    from ichcore.volume.window import Window


class NestedError(ValueError):
    """A file's nested sequences cannot be read."""


def frames_of(header: Header) -> list[Frame]:
    """Every image of a file.

    Raises:
        NestedError: if the sequences that place or scale the frames cannot be read.
    """
    lut_needed = header.has_element(tags.MODALITY_LUT) and tags.RESCALE_SLOPE not in header
    if header.frames == 1 and not lut_needed and not header.has_element(tags.FRAME_GROUPS):
        return [single_frame(header)]
    try:
        with quiet_pydicom():
            dataset = whole_header(header)
            if lut_needed:
                lut = _modality_lut(dataset)
                frame = single_frame(header)
                return [replace(frame, storage=replace(frame.storage, lut=lut))]
            return _multi(header, dataset)
    except PydicomError as error:
        raise NestedError(f"its nested sequences are damaged ({error.kind})") from error


def frame_uid(uid: str, number: int) -> str:
    """The UID by which one frame of a multi-frame file is known, since frames have none of their own.

    Args:
        uid: SOP instance UID of the file; may be empty.
        number: 0-based frame.
    """
    return f"{uid}.{number + 1}" if uid and len(uid) < 58 else derived_uid(uid, number)


def _modality_lut(dataset: Any) -> ModalityLut | None:
    items = dataset.get("ModalityLUTSequence")
    if not items:
        return None
    item = items[0]
    first = int(item.LUTDescriptor[1])
    data = item.LUTData
    signed = int(dataset.get("PixelRepresentation", 0)) == 1
    if isinstance(data, bytes):
        data = np.frombuffer(data, "<u2")
    table = np.asarray(data, np.int64)
    if signed and first > 32767:
        first -= 65536
    if str(item.get("ModalityLUTType", "")).upper() in ("", "HU") and table.max(initial=0) > 32767:
        # LUT output is unsigned by the standard; HU tables are written as two's complement
        table = np.where(table > 32767, table - 65536, table)
    return ModalityLut(first, table.astype(np.int32))


def _item(group: Any, shared: Any, name: str) -> Any:
    """The functional group's macro from the frame, else shared (PS3.3 C.7.6.16)."""
    for place in (group, shared):
        found = place.get(name) if place is not None else None
        if found:
            return found[0]
    return None


def _multi(header: Header, dataset: Any) -> list[Frame]:
    shared_items = dataset.get("SharedFunctionalGroupsSequence")
    shared = shared_items[0] if shared_items else None
    groups = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
    frames: list[Frame] = []
    base = single_frame(header)
    for number in range(header.frames):
        group = groups[number] if number < len(groups) else None
        frames.append(_one(header, base, group, shared, number))
    return frames


def _one(header: Header, base: Frame, group: Any, shared: Any, number: int) -> Frame:
    place = _item(group, shared, "PlanePositionSequence")
    plane = _item(group, shared, "PlaneOrientationSequence")
    measures = _item(group, shared, "PixelMeasuresSequence")
    values = _item(group, shared, "PixelValueTransformationSequence")
    content = _item(group, shared, "FrameContentSequence")
    recon = _item(group, shared, "CTReconstructionSequence")
    position = triple(_floats(place, "ImagePositionPatient"))
    uid = header.text(tags.SOP_INSTANCE)
    return Frame(
        header=header,
        number=number,
        storage=storage_of(
            header,
            slope=_float(values, "RescaleSlope"),
            intercept=_float(values, "RescaleIntercept"),
        ),
        sop_instance_uid=frame_uid(uid, number),
        position_mm=position,
        orientation=orientation_of(_floats(plane, "ImageOrientationPatient")) or base.orientation,
        pixel_spacing_mm=spacing_of(_floats(measures, "PixelSpacing")) or base.pixel_spacing_mm,
        slice_thickness_mm=positive(_float(measures, "SliceThickness")) or base.slice_thickness_mm,
        instance_number=number + 1,
        acquisition=str(content.get("FrameAcquisitionNumber", "")) if content is not None else "",
        time=str(content.get("FrameAcquisitionDateTime", "")) if content is not None else "",
        kernel=str(recon.get("ConvolutionKernel", "")) if recon is not None else base.kernel,
        rescale_type=str(values.get("RescaleType", "")).upper() if values is not None else base.rescale_type,
        windows=_windows(_item(group, shared, "FrameVOILUTSequence")) or base.windows,
    )


def _windows(item: Any) -> tuple[Window, ...]:
    function = str(item.get("VOILUTFunction", "")) if item is not None else ""
    return windows_of(_floats(item, "WindowCenter"), _floats(item, "WindowWidth"), (), function)


def _floats(item: Any, name: str) -> tuple[float, ...]:
    value = item.get(name) if item is not None else None
    if value is None:
        return ()
    return tuple(float(v) for v in value) if hasattr(value, "__iter__") else (float(value),)


def _float(item: Any, name: str) -> float | None:
    value = item.get(name) if item is not None else None
    return None if value is None else float(value)
