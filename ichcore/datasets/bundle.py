"""Our own export bundles as a set: what readers annotated here, to learn from and to judge by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.loss_weights import slice_weights
from ichcore.annotations.slice_labels import boxed_only, finished_slices, slice_labels
from ichcore.datasets.labelled import LabelledSeries, settle
from ichcore.datasets.terms import Terms
from ichcore.errors import IchError, InputError
from ichcore.export.bundle_reading import find_bundles, read_bundle, read_record
from ichcore.phantom.case import POSITIVE_AREA_MM2
from ichcore.sources import LeftOut
from ichcore.subtypes import HEMORRHAGE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.answer import Said
    from ichcore.export.material import Material

TERMS = Terms("own bundles", "as the series that were annotated; the bundle does not know")
_PIXEL_MM2 = 0.25
"""Area of a pixel where the series does not state it, as for other sets."""


@dataclass(frozen=True)
class BundleCase:
    """One bundle.

    Attributes:
        folder: that holds ``bundle.json``.
        name: unique in the set.
        patient: of the series; the case where it states none.
        files: of the bundle.
        facts: of which annotation it is.
    """

    folder: Path
    name: str
    patient: str
    files: tuple[Path, ...]
    facts: str

    def open(self) -> LabelledSeries:
        """Read it, checked by its hashes.

        A label is known where a reader answered, and on slices that the reader finished where the mask states
        it; other slices say nothing, whatever a model drew there. A class counts as drawn from
        :data:`~ichcore.phantom.case.POSITIVE_AREA_MM2` on; between a pixel and that its label is not known.
        """
        material = read_bundle(self.folder)
        annotation, volume = material.annotation, material.volume
        said = slice_labels(annotation)
        labels, known = said.labels.copy(), said.known.copy()
        known[labels & ~said.answered & _small(material)] = False
        known[~volume.decoded] = False
        settle(labels, known)
        series_labels, series_known = _of_study(annotation, labels, known)
        finished = finished_slices(annotation)
        return LabelledSeries(
            volume,
            labels,
            known,
            truth=annotation.mask.labels,
            drawn=finished & volume.decoded & ~boxed_only(annotation),
            series_labels=series_labels,
            series_known=series_known,
            weights=slice_weights(annotation),
            notes=tuple(annotation.notes.values()),
        )


@dataclass(frozen=True)
class Bundles:
    """A folder of one bundle or many, at any depth.

    Attributes:
        root: a bundle's folder, an export, or a folder of exports.
    """

    root: Path
    name: str = "bundle"
    terms: Terms = TERMS

    def cases(self) -> tuple[Sequence[BundleCase], list[LeftOut]]:
        """Every bundle whose ``bundle.json`` can be read; of one series in several, the newest revision."""
        if not self.root.is_dir():
            raise InputError(f"{self.root} is no folder; give one that holds bundles of ichcore export.")
        cases: dict[str, tuple[int, BundleCase]] = {}
        left: list[LeftOut] = []
        for folder in find_bundles(self.root):
            label = folder.relative_to(self.root).as_posix()
            try:
                revision, case = _case(folder)
            except IchError as error:
                left.append(LeftOut(label, str(error)))
                continue
            earlier = cases.get(case.name)
            if earlier is None or earlier[0] < revision:
                cases[case.name] = (revision, case)
            if earlier is not None:
                older = earlier[1].folder if earlier[0] < revision else folder
                reason = "The same reader's annotation of this series is in another bundle, as new or newer."
                left.append(LeftOut(older.relative_to(self.root).as_posix(), reason))
        if not cases:
            raise InputError(f"{self.root} holds no bundle; make one with ichcore export --format bundle.")
        return [case for _, case in cases.values()], left


def _case(folder: Path) -> tuple[int, BundleCase]:
    record = read_record(folder)
    try:
        annotation, identity = record.stated["annotation"], record.stated["series"]["identity"]
        uid, reader = str(annotation["series_instance_uid"]), str(annotation["reader"])
        revision, patient = int(annotation["revision"]), str(identity["patient_id"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder} is damaged ({error!r}); export it anew.") from error
    name = f"{uid}-{reader}" if reader else uid
    facts = repr((uid, reader, revision, sorted(str(v) for v in record.stated["files"].values())))
    return revision, BundleCase(folder, name, patient or uid, record.files, facts)


def _small(material: Material) -> NDArray[np.bool_]:
    """``(slices, 6)`` classes of which less is drawn than a positive slice needs."""
    spacing = material.volume.geometry.pixel_spacing_mm
    pixel = _PIXEL_MM2 if spacing is None else spacing[0] * spacing[1]
    mask = material.annotation.mask.labels
    counts = [(mask > 0 if c.label is None else mask == c.label).sum(axis=(1, 2)) for c in HEMORRHAGE_CLASSES]
    small: NDArray[np.bool_] = np.stack(counts, axis=1) * pixel < POSITIVE_AREA_MM2
    return small


def _of_study(
    annotation: Annotation, labels: NDArray[np.bool_], known: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Labels of the series: a reader's answer for the study, else what the slices say."""
    positive = np.asarray((labels & known).any(axis=0))
    stated = np.asarray(positive | known.all(axis=0))
    for column, one in enumerate(HEMORRHAGE_CLASSES):
        said: Said | None = annotation.study.get(one.name)
        if said is not None:
            positive[column], stated[column] = said.answer == "yes", said.answer != "unsure"
    return positive, stated
