"""Tables of where a model looks: every method and layer, each class, each size, deletion and insertion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.evaluation.tables.beyond_height import percent
from ichcore.evaluation.tables.table import EMPTY, Table, header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Cell

FIGURES = {
    "peak": "Peak on bleed or edema",
    "peak_on_bleed": "Peak on the bleed",
    "box": "Box of the bleed",
    "box_with_edema": "Box with edema",
    "energy": "Energy on bleed or edema",
    "energy_on_bleed": "Energy on the bleed",
    "iou_best": "IoU at its best",
    "outside_skull": "Outside the skull",
}
"""What a column is called; of all but the last more is better."""
_BRIEF = ("peak", "box", "energy", "iou_best", "outside_skull")
_LESS = frozenset({"outside_skull", "deletion_area"})
_INTERVALS = "95 % intervals by bootstrap over patients; the best of a column is bold."
NOTES = (
    "Peak: share of slices where the map is highest on what was drawn.",
    "Box: share where the box of what exceeds 20 % of the maximum meets that of the bleed at IoU above 0.5.",
    "Energy: share of the map's sum that lies on what was drawn.",
    "IoU: mean overlap of bleed and map, cut at the share of its maximum that is best on this very set.",
    "Outside the skull: share of the map's sum beyond the bone's inner border; less is better.",
    "At the open skull base what bone surrounds counts as inside.",
    "An empty map misses, and has no energy.",
)


def where_it_looks(outcome: Outcome) -> list[Table]:
    """Those that were asked for; nothing where none was."""
    found = outcome.report.get("explanations")
    if not found:
        return []
    tables = [_maps(found), _flagged(found), _classes(found), _sizes(found), _deletion(found)]
    return [table for table in tables if table.rows]


def _maps(found: Mapping[str, Any]) -> Table:
    keys = [key for key in FIGURES if key in found["maps"][0]]
    return Table(
        "Where it looks",
        f"maps of {found['class']} on {found['slices']} drawn slices of {found['patients']} patients.",
        (header("Method", "Layer", *(FIGURES[key] for key in keys)),),
        _rows(found["maps"], keys, ("method", "layer")),
        labels=2,
        notes=(*NOTES, _counts(found), _INTERVALS),
        best=_best(found["maps"], keys, first=2),
    )


def _flagged(found: Mapping[str, Any]) -> Table:
    maps = [
        {"method": one["method"], "layer": one["layer"], **one["flagged"]} for one in found["maps"]
    ] * bool(found["flagged"])
    keys = [key for key in FIGURES if maps and key in maps[0]]
    return Table(
        "Where it looks",
        f"the same on the {found['flagged']} slices that it flags: a reader is shown no other map.",
        (header("Method", "Layer", *(FIGURES[key] for key in keys)),),
        _rows(maps, keys, ("method", "layer")),
        labels=2,
        best=_best(maps, keys, first=2),
    )


def _classes(found: Mapping[str, Any]) -> Table:
    classes = found.get("classes", {})
    return _parts(
        "each class, on the default layer.",
        [(f"{name}: {_of(one)}", one) for name, one in classes.items()] if len(classes) > 1 else [],
        ("The map of a class against what was drawn of that class alone.",),
    )


def _sizes(found: Mapping[str, Any]) -> Table:
    return _parts(
        f"each size of bleed in the slice, maps of {found['class']} on the default layer.",
        [(f"{size_text(one)}: {_of(one)}", one) for one in found.get("sizes", ())],
        ("100 mm² is a disc 11 mm wide, 400 mm² one of 23 mm. Slices with an edema alone are in none.",),
    )


def _deletion(found: Mapping[str, Any]) -> Table:
    deletion = found.get("deletion", {})
    keys = ("deletion_area", "insertion_area")
    rows = tuple(
        (one["method"], *(_area(one[key], one[f"{key}_interval"]) for key in keys))
        for one in deletion.get("maps", ())
    )
    return Table(
        "What it needs",
        f"{deletion.get('slices', 0)} of {deletion.get('of', 0)} slices, evenly chosen; default layer.",
        (header("Method", "Deletion area", "Insertion area"),),
        rows,
        notes=(
            "Deletion: mean probability while pixels of high activation are blurred away; less is better.",
            "Insertion: mean probability while a blurred slice gets them back; more is better.",
            "By lot is what pixels in no order give.",
            _INTERVALS,
        ),
        best=_best(deletion.get("maps", ()), keys, first=1),
    )


def _parts(title: str, parts: Sequence[tuple[str, Mapping[str, Any]]], notes: tuple[str, ...]) -> Table:
    """One section a part, with a row a method."""
    rows: list[tuple[Cell, ...]] = []
    best: set[tuple[int, int]] = set()
    for name, one in parts:
        rows.append((name,))
        best |= {(row + len(rows), column) for row, column in _best(one["maps"], _BRIEF, first=1)}
        rows += _rows(one["maps"], _BRIEF, ("method",))
    return Table(
        "Where it looks",
        title,
        (header("Method", *(FIGURES[key] for key in _BRIEF)),),
        tuple(rows),
        notes=(*notes, _INTERVALS),
        best=frozenset(best),
    )


def _rows(
    maps: Sequence[Mapping[str, Any]], keys: Sequence[str], names: Sequence[str]
) -> tuple[tuple[Cell, ...], ...]:
    return tuple((*(one[name] for name in names), *(_cell(one, key) for key in keys)) for one in maps)


def _cell(one: Mapping[str, Any], key: str) -> str:
    if key == "outside_skull":
        return _percent_tenths(one[key], one.get(f"{key}_interval"))
    text = percent(one[key], one.get(f"{key}_interval"))
    at = one.get("best_threshold")
    return f"{text} at {at:g}" if key == "iou_best" and at is not None else text


def _percent_tenths(value: float | None, interval: Sequence[float | None] | None) -> str:
    """``1.3 % (0.8–2.1)``: of a share that should be next to nothing."""
    if value is None:
        return EMPTY
    low, high = interval or (None, None)
    bounds = "" if low is None or high is None else f" ({100 * low:.1f}–{100 * high:.1f})"
    return f"{100 * value:.1f} %{bounds}"


def _best(
    maps: Sequence[Mapping[str, Any]], keys: Sequence[str], *, first: int
) -> frozenset[tuple[int, int]]:
    """Row and column of the best of each figure; of equals all, of one alone none."""
    found = set()
    for column, key in enumerate(keys, first):
        values = {row: one[key] for row, one in enumerate(maps) if one[key] is not None}
        if len(values) > 1:
            best = (min if key in _LESS else max)(values.values())
            found |= {(row, column) for row, value in values.items() if value == best}
    return frozenset(found)


def _counts(found: Mapping[str, Any]) -> str:
    empty = max((one.get("empty", 0) for one in found["maps"]), default=0)
    blind = found.get("without_skull", 0)
    return f"Slices with an empty map: at most {empty}; without a skull in sight: {blind}."


def _of(one: Mapping[str, Any]) -> str:
    return f"{one['slices']} slices of {one['patients']} patients, {one['flagged']} flagged"


def size_text(one: Mapping[str, Any]) -> str:
    """``100 to 400 mm²``."""
    low, high = one["from_mm2"], one["to_mm2"]
    if high is None:
        return f"more than {low:g} mm²"
    return f"up to {high:g} mm²" if not low else f"{low:g} to {high:g} mm²"


def _area(value: float | None, interval: Sequence[float | None]) -> str:
    if value is None:
        return EMPTY
    low, high = interval
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} ({low:.3f}–{high:.3f})"
