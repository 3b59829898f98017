"""Every export format by its name; a module is imported when its format is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.export.format import Format


@dataclass(frozen=True)
class FormatRecord:
    """One row of the table.

    Attributes:
        target: ``module:class``.
        title: what it is, for a person.
        compared: what is compared when it is read back, for the certificate.
        joins: whether a further series is added to an earlier export instead of taking its place.
        rules: ``module:function`` that says which rules the folder of such a format breaks.
    """

    target: str
    title: str
    compared: str
    joins: bool = False
    rules: str = ""


FORMATS: Mapping[str, FormatRecord] = {
    "seg": FormatRecord(
        "ichcore.export.dicom_seg:SegFormat", "DICOM Segmentation", "voxels, positions, codes and references"
    ),
    "sr": FormatRecord(
        "ichcore.export.dicom_sr:SrFormat",
        "DICOM Structured Report",
        "measurements, answers, codes and references",
    ),
    "pmap": FormatRecord(
        "ichcore.export.dicom_pmap:PmapFormat", "DICOM Parametric Map", "activation, positions and codes"
    ),
    "nifti": FormatRecord(
        "ichcore.export.nifti:Nifti",
        "NIfTI label map",
        "every voxel of mask, origins and heat maps, where each lies, and the labels",
    ),
    "coco": FormatRecord(
        "ichcore.export.coco:Coco",
        "COCO JSON",
        "every pixel of the mask, boxes, areas, categories and images",
        joins=True,
        rules="ichcore.export.coco_reading:coco_rules",
    ),
    "rsna": FormatRecord(
        "ichcore.export.rsna:RsnaTable",
        "table of the RSNA 2019 challenge",
        "every row and what is left out",
        joins=True,
        rules="ichcore.export.rsna_reading:rsna_rules",
    ),
    "nnunet": FormatRecord(
        "ichcore.export.nnunet:NnUnet",
        "nnU-Net v2 raw folder",
        "every voxel of image and labels, and nnU-Net's own rules for such a folder",
        joins=True,
        rules="ichcore.export.nnunet:nnunet_rules",
    ),
    "bundle": FormatRecord(
        "ichcore.export.bundle:Bundle", "our own bundle", "every value, after reading all of it back"
    ),
}
"""Name on the command line → what writes it."""


def format_named(name: str) -> Format:
    """The format of a name.

    Raises:
        InputError: if there is none such, or its module is not part of this installation.
    """
    if name not in FORMATS:
        raise InputError(f"{name!r} is no export format; expected one of {', '.join(FORMATS)}.")
    made: Format = loaded(FORMATS[name].target)()
    return made


def loaded(target: str) -> Any:
    """What ``module:attribute`` names.

    Raises:
        InputError: if it is not part of this installation.
    """
    module, _, attribute = target.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InputError(f"{target} is not part of this installation ({error}); install it anew.") from error
