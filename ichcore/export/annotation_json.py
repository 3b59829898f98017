"""An annotation without its mask as JSON, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.annotations.annotation import Annotation, LabelledBox
from ichcore.annotations.answer import Answer, Said, Verdict
from ichcore.errors import InputError
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES, UNSTATED_LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.masks.edits.label_map import LabelMap

LABEL_VALUES: Mapping[str, int] = {
    **{c.name: c.label for c in HEMORRHAGE_CLASSES if c.label is not None},
    "hemorrhage": UNSTATED_LABEL,
}
"""Values of a label map by name; ``hemorrhage`` is of unstated subtype."""
ORIGIN_VALUES: Mapping[str, int] = {origin.name.lower(): int(origin) for origin in Origin}
"""Values of the origins beside it by name."""


def annotation_as_json(annotation: Annotation) -> dict[str, Any]:
    """All but the mask; numbers are exact."""
    return {
        "series_instance_uid": annotation.series_instance_uid,
        "sop_instance_uids": list(annotation.sop_instance_uids),
        "reader": annotation.reader,
        "model": annotation.model,
        "revision": annotation.revision,
        "slices": [
            {"index": index, "class": name, **_said_as_json(said)}
            for (index, name), said in sorted(annotation.slices.items())
        ],
        "study": [{"class": name, **_said_as_json(said)} for name, said in sorted(annotation.study.items())],
        "boxes": [
            {"index": b.index, "class": b.name, "box": list(b.rectangle), **box_provenance(b)}
            for b in annotation.boxes
        ],
        "notes": [{"index": index, "note": note} for index, note in annotation.notes.items()],
        "seconds": [
            {"index": index, "seconds": spent} for index, spent in sorted(annotation.seconds.items())
        ],
    }


def annotation_from_json(stated: Mapping[str, Any], mask: LabelMap) -> Annotation:
    """The annotation that :func:`annotation_as_json` wrote, with its mask.

    Raises:
        InputError: if an entry is missing or of another kind, or names a slice or class that is not there.
        GeometryError: if the mask has not as many slices.
    """
    try:
        found = Annotation(
            series_instance_uid=str(stated["series_instance_uid"]),
            sop_instance_uids=tuple(str(uid) for uid in stated["sop_instance_uids"]),
            mask=mask,
            slices={(int(s["index"]), str(s["class"])): _said(s) for s in stated["slices"]},
            study={str(s["class"]): _said(s) for s in stated["study"]},
            boxes=tuple(_box(b) for b in stated["boxes"]),
            notes={n["index"]: str(n["note"]) for n in stated["notes"]},
            seconds={int(s["index"]): float(s["seconds"]) for s in stated["seconds"]},
            reader=str(stated["reader"]),
            model=str(stated["model"]),
            revision=int(stated["revision"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"The annotation is damaged ({error!r}); export it anew.") from error
    indices = {index for index, _ in found.slices} | {b.index for b in found.boxes} | set(found.seconds)
    indices |= {index for index in found.notes if index is not None}
    strange = sorted(index for index in indices if not 0 <= index < mask.shape[0])
    if strange:
        raise InputError(f"The annotation speaks of slice {strange[0]}; the mask has {mask.shape[0]}.")
    names = {name for _, name in found.slices} | set(found.study) | {b.name for b in found.boxes}
    if names - set(CLASSES):
        raise InputError(f"The annotation names the class {min(names - set(CLASSES))!r}, which is none.")
    return found


def _said_as_json(said: Said) -> dict[str, Any]:
    return {
        "answer": said.answer.value,
        "reader": said.reader,
        "at": said.at,
        "model": said.model,
        "verdict": None if said.verdict is None else said.verdict.value,
    }


def _said(stated: Mapping[str, Any]) -> Said:
    verdict = stated["verdict"]
    return Said(
        Answer(stated["answer"]),
        str(stated["reader"]),
        str(stated["at"]),
        str(stated["model"]),
        None if verdict is None else Verdict(verdict),
    )


def box_provenance(box: LabelledBox) -> dict[str, str]:
    """Where a box comes from; its model only where it has one, as older exports state it."""
    model = {"model": box.model} if box.model else {}
    return {"origin": box.origin.name.lower(), **model}


def _box(stated: Mapping[str, Any]) -> LabelledBox:
    row0, column0, row1, column1 = (int(v) for v in stated["box"])
    origin = Origin(ORIGIN_VALUES[stated["origin"]])
    rectangle, model = (row0, column0, row1, column1), str(stated.get("model", ""))
    return LabelledBox(int(stated["index"]), str(stated["class"]), rectangle, origin, model)
