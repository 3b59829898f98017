"""PHE-SICH-CT-IDS: 8-bit pictures of spontaneous basal ganglia hemorrhages with masks of their edema.

Source: Ma et al., PHE-SICH-CT-IDS, arXiv:2308.10521.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ichcore.datasets.labelled import LabelledSeries, settle
from ichcore.datasets.terms import Terms
from ichcore.errors import InputError
from ichcore.pictures import find_pictures
from ichcore.pictures.display_window import estimate_window
from ichcore.sources import DiskFile, LeftOut, natural_key
from ichcore.subtypes import CLASSES, hemorrhage_class
from ichcore.volume import Geometry, Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TERMS = Terms(
    "PHE-SICH-CT-IDS",
    "non-commercial research",
    non_commercial=True,
    citation="Ma et al., PHE-SICH-CT-IDS, arXiv:2308.10521",
)
_MASK_ABOVE = 127
_READ_ERRORS = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


@dataclass(frozen=True)
class PheSichCase:
    """One patient: ``image/KK.png``, ``edema/KK.png`` and, where they were derived, ``bleed/KK.png``."""

    folder: Path
    files: tuple[Path, ...]
    facts: str = ""

    @property
    def name(self) -> str:
        """The patient's number."""
        return self.folder.name

    @property
    def patient(self) -> str:
        """The patient's number."""
        return self.folder.name

    def open(self) -> LabelledSeries:
        """Read the pictures, estimate their window, and turn them upright.

        The pictures lie on their side, rows running to the patient's left and columns to the back, as an
        array (x, y) in LPS saved without turning; transposed, they stand as on a screen. The slice label is
        weak and the set's own: a slice with an edema mask has a hemorrhage, of the parenchyma by the set's
        definition; whether it has another subtype is not known. The masks of the bleed are derived by rule,
        so they judge and do not teach.
        """
        paths = _by_number(self.folder / "image")
        numbers = list(paths)
        source, left = find_pictures([DiskFile(p, p.name) for p in paths.values()])
        if left or len(source) != 1:
            reason = left[0].reason if left else "there are none"
            raise InputError(f"The pictures of {self.name} cannot be read: {reason}.")
        grey = np.empty(source[0].geometry.shape, np.int16)
        for index in range(len(grey)):
            found = source[0].decode_slice(index, grey[index])
            if found:
                raise InputError(f"{list(paths.values())[index].name} of {self.name}: {found[0].detail}")
        grey = np.ascontiguousarray(grey.transpose(0, 2, 1))
        edema = self._masks("edema", numbers, grey.shape)
        bleed = self._masks("bleed", numbers, grey.shape)
        labels = np.zeros((len(grey), len(CLASSES)), bool)
        known = labels.copy()
        column = CLASSES.index("intraparenchymal")
        drawn: NDArray[np.bool_] = np.asarray(edema.any(axis=(1, 2)))
        labels[:, [0, column]] = drawn[:, None]
        known[:, [0, column]] = True
        settle(labels, known)
        geometry = Geometry(grey.shape, source[0].geometry.origins_mm, positions_known=False)
        volume = Volume(
            grey,
            geometry,
            source[0].sop_instance_uids,
            source[0].identity,
            source[0].passport,
            source[0].windows,
            is_hu=False,
        )
        label = hemorrhage_class("intraparenchymal").label or 0
        return LabelledSeries(
            volume,
            labels,
            known,
            truth=(bleed * label).astype(np.uint8),
            masks={"edema": edema},
            masks_teach=False,
            window=estimate_window(grey),
            notes=("Slice labels are weak: a slice is positive where the set drew an edema.",),
        )

    def _masks(self, kind: str, numbers: list[int], shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Masks of one kind, upright; empty where there is no file."""
        masks = np.zeros(shape, bool)
        folder = self.folder / kind
        for number, path in (_by_number(folder) if folder.is_dir() else {}).items():
            if number not in numbers:
                raise InputError(f"{self.name}/{kind}/{path.name} belongs to no picture.")
            try:
                with Image.open(path, formats=("PNG",)) as image:
                    drawn = np.asarray(image.convert("L")).T > _MASK_ABOVE
            except _READ_ERRORS as error:
                raise InputError(f"{self.name}/{kind}/{path.name} cannot be read ({error}).") from error
            if drawn.shape != shape[1:]:
                raise InputError(f"{self.name}/{kind}/{path.name} is not of the size of its picture.")
            masks[numbers.index(number)] = drawn
        return masks


def _by_number(folder: Path) -> dict[int, Path]:
    """PNG files by the number that names them, ascending."""
    found = sorted(folder.glob("*.png"), key=lambda path: natural_key(path.name))
    return {int(path.stem): path for path in found if path.stem.isdigit()}


@dataclass(frozen=True)
class PheSich:
    """The set as a folder of patients.

    Attributes:
        root: holds ``NNNN/image/KK.png``.
    """

    root: Path
    name: str = "phe-sich"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[PheSichCase], list[LeftOut]]:
        """Every patient with pictures."""
        if not self.root.is_dir():
            raise InputError(f"{self.root} is no folder; give the folder that holds NNNN/image/KK.png.")
        cases, left = [], []
        for folder in sorted(p for p in self.root.iterdir() if p.is_dir()):
            if (folder / "image").is_dir():
                cases.append(PheSichCase(folder, tuple(sorted(folder.rglob("*.png")))))
            else:
                left.append(LeftOut(folder.name, "It holds no folder image."))
        if not cases:
            raise InputError(f"{self.root} holds no patient; expected NNNN/image/KK.png.")
        return cases, left
