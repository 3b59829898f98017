"""Synthetic heads and bleeds with their ground truth, as Volumes and as DICOM.

A case is drawn from one seed: a head (:mod:`.head`), an acquisition (:mod:`.scan`), hard negatives
(:mod:`.mimics`) and bleeds (``bleed_*``). Each slice is painted on two or more sheets through its
thickness on a grid of about 0.9 mm, averaged (partial volume), given the projection errors of
:mod:`.artifacts` and the noise of :mod:`.noise`, and read out at the pixels of the picture.

What it was fitted to. Measured on two real bleed-free studies, A (4–7 mm slices, kernel STD+, 0.49 mm
pixels, an old patient with an old infarct) and B (0.6 mm slices, kernel STANDARD, 0.44 mm pixels, a young
patient), in patches of 14 mm from which a quadratic surface was taken away; the quietest tenth of the
patches counts as white matter. The same measure is in ``tests/ichcore/phantom/measures.py``.

====================================  =====================================  ======================
measure                               real                                   phantom
====================================  =====================================  ======================
noise SD in white matter, HU          A 2.9, B 5.0; three more 3.0, 4.0, 5.0  2.0–6.0, median 3.5
power at 1, 2, … 7 lp/cm (mean 1), A  2.16 1.55 1.20 .93 .65 .37 .14         1.90 1.64 1.27 .97 .67
                                                                             .39 .16 (``edge``)
the same, B                           1.82 1.74 1.44 1.07 .61 .25 .07        1.84 1.75 1.46 1.04 .58
                                                                             .25 .08 (``standard``)
brain HU at 5, 25, 50, 75, 95 %       A 12 24 30 36 44, B 17 35 42 48 56     16 30 35 40 46
====================================  =====================================  ======================

Size and density of bleeds follow :mod:`.bleed_statistics`, whose figures are of components: a head's bleed
has a main one and satellites. Bleeds know nothing of slices or files: they cover points of a
:class:`~.block.Block`, so that the same bleeds can be laid into an anatomy that was estimated from a real
bleed-free slice.
"""

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
