"""Labelled cases in HU with their brain where heads have it, as some models are given a series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ichcore.pictures.brain_level import offset_to_usual

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.datasets.case_files import CaseFiles


def levelled(cases: Iterable[CaseFiles]) -> list[CaseFiles]:
    """The cases, each moved in HU (decision 0048); pictures, whose window puts it there, are as they were.

    HU are whole numbers here, so the move is rounded; those of a case that is moved are held in memory.
    """
    return [_moved(case) for case in cases]


def _moved(case: CaseFiles) -> CaseFiles:
    offset = round(offset_to_usual(case.hu)) if case.is_hu else 0
    return replace(case, hu=np.asarray(case.hu) + np.int16(offset)) if offset else case
