"""Synthetic heads and bleeds with their ground truth, as Volumes and as DICOM."""

from ichcore.phantom.case import POSITIVE_AREA_MM2, PhantomCase, TruthBox, make_case
from ichcore.phantom.dicom_writing import write_dicom
from ichcore.phantom.sets import case_seed, iterate_cases, write_cases

__all__ = [
    "POSITIVE_AREA_MM2",
    "PhantomCase",
    "TruthBox",
    "case_seed",
    "iterate_cases",
    "make_case",
    "write_cases",
    "write_dicom",
]
