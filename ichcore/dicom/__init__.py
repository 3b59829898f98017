"""DICOM: finding series among files by their headers, and turning their pixels into HU."""

from ichcore.dicom.reading import read_series
from ichcore.dicom.series import DicomSeries

__all__ = ["DicomSeries", "read_series"]
