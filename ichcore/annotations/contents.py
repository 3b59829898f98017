"""What an annotation holds while it is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ichcore.annotations.annotation import Annotation
from ichcore.masks.edits.label_map import LabelMap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.annotation import LabelledBox
    from ichcore.annotations.answer import Said
    from ichcore.annotations.series import AnnotatedSeries


@dataclass(frozen=True)
class Suggestion:
    """The model whose mask an annotation began with.

    Attributes:
        model: ``name@sha256``.
        threshold: of activation or probability above which its mask lies; ``None`` where it has none.
    """

    model: str
    threshold: float | None = None


@dataclass(eq=False)
class Contents:
    """Mask, answers, boxes and notes; changed by :class:`~ichcore.annotations.step.Step` alone.

    Attributes:
        mask: labels and origins.
        answers: by (slice index, class); the index of the whole study is ``None``.
        boxes: by a number that a box keeps while it is moved.
        notes: by slice index; ``None`` is the study's.
        suggestion: what it began with; ``None`` where it began with nothing.
    """

    mask: LabelMap
    answers: dict[tuple[int | None, str], Said] = field(default_factory=dict)
    boxes: dict[int, LabelledBox] = field(default_factory=dict)
    notes: dict[int | None, str] = field(default_factory=dict)
    suggestion: Suggestion | None = None

    @classmethod
    def empty(cls, shape: tuple[int, int, int]) -> Contents:
        """Nothing said, background everywhere."""
        return cls(LabelMap.empty(shape))

    @classmethod
    def of(cls, annotation: Annotation) -> Contents:
        """Those of a frozen annotation; the mask is shared, not copied."""
        answers: dict[tuple[int | None, str], Said] = {}
        answers.update(annotation.slices.items())
        answers.update(((None, name), said) for name, said in annotation.study.items())
        return cls(
            annotation.mask,
            answers,
            dict(enumerate(annotation.boxes)),
            dict(annotation.notes),
            Suggestion(annotation.model) if annotation.model else None,
        )

    def frozen(
        self, series: AnnotatedSeries, reader: str, revision: int, seconds: Mapping[int, float]
    ) -> Annotation:
        """A copy that later steps do not change.

        Args:
            series: on which grid it is.
            reader: whose.
            revision: of the contents.
            seconds: time spent by slice index.
        """
        slices = {(i, name): said for (i, name), said in self.answers.items() if i is not None}
        return Annotation(
            series.series_instance_uid,
            series.sop_instance_uids,
            self.mask.copy(),
            slices,
            {name: said for (i, name), said in self.answers.items() if i is None},
            tuple(self.boxes[number] for number in sorted(self.boxes)),
            dict(self.notes),
            dict(seconds),
            reader,
            self.suggestion.model if self.suggestion is not None else "",
            revision,
        )
