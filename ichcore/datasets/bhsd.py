"""BHSD: NIfTI volumes with label maps of the five subtypes.

Source: Wu et al., BHSD: A 3D Multi-Class Brain Hemorrhage Segmentation Dataset, arXiv:2308.11298. Its volumes
are scans of the RSNA 2019 challenge, so its patients may be in that set too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.datasets.labelled import LabelledSeries, labels_of_truth
from ichcore.datasets.terms import Terms
from ichcore.errors import InputError
from ichcore.nifti import read_nifti
from ichcore.sources import LeftOut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TERMS = Terms(
    "BHSD",
    "non-commercial research, as the RSNA 2019 scans that it labels",
    non_commercial=True,
    citation="Wu et al., arXiv:2308.11298",
)
LABELS = (1, 2, 3, 4, 5)
"""EDH, IPH, IVH, SAH, SDH: BHSD numbers them as we do, in class order; other values are refused."""
IMAGES, TRUTHS = "images", "ground truths"
_PATIENT = re.compile(r"^(ID_[0-9a-zA-Z]+)_ID_[0-9a-zA-Z]+$")


@dataclass(frozen=True)
class BhsdCase:
    """One volume with its label map."""

    image: Path
    truth: Path
    facts: str = ""

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.image.name.split(".", maxsplit=1)[0]

    @property
    def patient(self) -> str:
        """The first id of a name like ``ID_xxx_ID_yyy`` (patient, study); else the whole name."""
        match = _PATIENT.match(self.name)
        return match[1] if match else self.name

    @property
    def files(self) -> tuple[Path, ...]:
        """Volume and label map."""
        return self.image, self.truth

    def open(self) -> LabelledSeries:
        """Read both, turned alike."""
        volume, drawn = read_nifti(self.image), read_nifti(self.truth).hu
        if drawn.shape != volume.shape:
            raise InputError(
                f"{self.name}: the label map is {drawn.shape}, the volume {volume.shape}; fetch it again."
            )
        strange = np.setdiff1d(drawn, (0, *LABELS))
        if strange.size:
            raise InputError(f"{self.name}: its label map holds {strange[0]}, expected 0 to 5.")
        truth = drawn.astype(np.uint8)
        labels, known = labels_of_truth(truth, _pixel_mm(volume.geometry.pixel_spacing_mm))
        return LabelledSeries(volume, labels, known, truth=truth)


def _pixel_mm(spacing_mm: tuple[float, float] | None) -> float:
    """Side of a square pixel of the same area; half a millimetre where the file does not say."""
    return 0.5 if spacing_mm is None else float(np.sqrt(spacing_mm[0] * spacing_mm[1]))


@dataclass(frozen=True)
class Bhsd:
    """The labelled part of the set.

    Attributes:
        root: holds ``images/*.nii.gz`` and ``ground truths/*.nii.gz``, or a folder ``label_192`` that does.
    """

    root: Path
    name: str = "bhsd"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[BhsdCase], list[LeftOut]]:
        """Every volume that has a label map."""
        root = self.root / "label_192" if (self.root / "label_192").is_dir() else self.root
        images, truths = (
            {p.name.split(".", maxsplit=1)[0]: p for p in sorted((root / part).glob("*.nii*"))}
            for part in (IMAGES, TRUTHS)
        )
        if not images:
            raise InputError(f"{root} holds no {IMAGES}/*.nii.gz; give the folder label_192 of BHSD.")
        cases = [BhsdCase(images[name], truths[name]) for name in images if name in truths]
        left = [LeftOut(p.name, "It has no label map.") for name, p in images.items() if name not in truths]
        left += [LeftOut(p.name, "It has no volume.") for name, p in truths.items() if name not in images]
        return cases, left
