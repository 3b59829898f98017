"""NIfTI-1 in and out; the only place beside export where RAS appears."""

from ichcore.nifti.reading import NiftiSeries, find_nifti, is_nifti_name, read_nifti
from ichcore.nifti.writing import write_nifti

__all__ = ["NiftiSeries", "find_nifti", "is_nifti_name", "read_nifti", "write_nifti"]
