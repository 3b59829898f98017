"""Opening anything: folder, zip, DICOMDIR, DICOM file, NIfTI file or pictures → series → Volume."""

from ichcore.opening.catalogue import Catalogue, SeriesEntry, SliceSource
from ichcore.opening.decoding import begin, decode, open_volume
from ichcore.opening.find import find_series
from ichcore.sources import LeftOut

__all__ = [
    "Catalogue",
    "LeftOut",
    "SeriesEntry",
    "SliceSource",
    "begin",
    "decode",
    "find_series",
    "open_volume",
]
