"""What the reader thinks of heat maps: correct, partial or incorrect (as in Burduja 2020), and how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ichcore.errors import IchError
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import ViewState

VERDICTS = ("correct", "partial", "incorrect")
"""What a heat map may be called, in the order of buttons, tallies and exports."""


@dataclass(frozen=True)
class RatedMap:
    """What is rated: the heat map of one slice, or those of several classes drawn jointly.

    Attributes:
        slice_index: slice of the series.
        model: name of the model that was explained.
        model_sha256: digest of its weights; other weights are another map.
        method: a name in :data:`ichcore.explain.method.OFFERED`.
        layer: layer it was read from.
        classes: what was drawn, in class order.
    """

    slice_index: int
    model: str
    model_sha256: str
    method: str
    layer: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Rating:
    """A reader's word on a heat map.

    Attributes:
        of: what is rated.
        verdict: one of :data:`VERDICTS`.
    """

    of: RatedMap
    verdict: str

    def as_json(self) -> dict[str, Any]:
        """A JSON object that :func:`from_json` reads back."""
        return {**vars(self.of), "classes": list(self.of.classes), "verdict": self.verdict}


def from_json(data: dict[str, Any]) -> Rating:
    """Read a rating back.

    Raises:
        IchError: if the object is not a rating.
    """
    try:
        of = RatedMap(
            slice_index=int(data["slice_index"]),
            model=str(data["model"]),
            model_sha256=str(data["model_sha256"]),
            method=str(data["method"]),
            layer=str(data["layer"]),
            classes=tuple(str(name) for name in data["classes"]),
        )
        verdict = data["verdict"]
    except (KeyError, TypeError, ValueError) as error:
        raise IchError(f"This is not a rating: {data!r}.") from error
    if verdict not in VERDICTS or not set(of.classes) <= set(CLASSES):
        raise IchError(f"A rating {verdict!r} of {', '.join(of.classes)} is not one we know.")
    return Rating(of, verdict)


@dataclass(frozen=True)
class Tally:
    """How many heat maps were called what.

    Attributes:
        counts: of :data:`VERDICTS`, in their order.
    """

    counts: tuple[int, int, int]

    @property
    def rated(self) -> int:
        """How many in all."""
        return sum(self.counts)

    @property
    def percents(self) -> tuple[int, int, int]:
        """Shares in whole per cent, each rounded by itself; all 0 of nothing."""
        correct, partial, incorrect = (round(100 * count / max(1, self.rated)) for count in self.counts)
        return (correct, partial, incorrect)


def tally(ratings: Iterable[Rating]) -> Tally:
    """Count ratings."""
    counted = Counter(rating.verdict for rating in ratings)
    correct, partial, incorrect = (counted[verdict] for verdict in VERDICTS)
    return Tally((correct, partial, incorrect))


def shown_map(case: Case | None, view: ViewState) -> RatedMap | None:
    """What a reader would rate now: the heat maps drawn on the shown slice; ``None`` where none is."""
    if case is None or case.prediction is None or not view.overlay.visible:
        return None
    drawn = [heatmap for heatmap in case.heatmaps(view.slice_index) if not heatmap.empty]
    if not drawn:
        return None
    classes = tuple(sorted((heatmap.class_name for heatmap in drawn), key=CLASSES.index))
    said = case.prediction
    first = drawn[0]
    return RatedMap(view.slice_index, said.model_name, said.model_sha256, first.method, first.layer, classes)
