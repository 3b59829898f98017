"""Tables of what the height of a slice cannot give: alarms, and answers to changed slices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.evaluation.tables.table import EMPTY, Table, header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Cell

_INTERVALS = "95 % intervals by bootstrap over patients"


def beyond_height(outcome: Outcome) -> list[Table]:
    """Those whose figures were asked for."""
    counterfactual = outcome.report.get("counterfactual", {})
    return [
        _false_flags(outcome.report.get("false_flags", {})),
        _painted_out(counterfactual.get("painted_out", {})),
        _put_in(counterfactual.get("implanted", {})),
    ]


def percent(value: float | None, interval: Any) -> str:
    """``93 % (88–97)``, or a dash."""
    if value is None:
        return EMPTY
    low, high = interval or (None, None)
    bounds = "" if low is None or high is None else f" ({100 * low:.0f}–{100 * high:.0f})"
    return f"{100 * value:.0f} %{bounds}"


def share(found: Mapping[str, Any]) -> str:
    """Of what :func:`~ichcore.evaluation.shares.share_of` gives."""
    return percent(found.get("share"), found.get("interval"))


def _false_flags(found: Mapping[str, Any]) -> Table:
    flagged = found.get("flagged", {})
    rows: list[tuple[Cell, ...]] = []
    if flagged.get("slices"):
        rows = [("any of them", flagged["slices"], share(flagged))]
        rows += [(name, one["slices"], share(one)) for name, one in found["by_class"].items()]
    return Table(
        "Alarms",
        f"slices flagged in the {found.get('series', 0)} series without blood.",
        (header("Flagged as", "Slices", "Flagged"),),
        tuple(rows),
        notes=(f"At the model's own thresholds; {_INTERVALS}.",),
    )


def _painted_out(found: Mapping[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            one["all"]["slices"],
            share(one["all"]),
            one["flagged_before"]["slices"],
            share(one["flagged_before"]),
        )
        for name, one in found.items()
    ]
    return Table(
        "Painted out",
        "positive slices that are below threshold once their blood is painted out.",
        (header("Class", "Slices", "Below", "Flagged before", "Of these below"),),
        tuple(rows),
        notes=(f"The mirrored side takes the place of bleed and edema; {_INTERVALS}.",),
    )


def _put_in(found: Mapping[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    if found:
        rows += [
            ("all", found["all"]["slices"], share(found["all"]), EMPTY),
            ("not flagged before", found["blank_before"]["slices"], share(found["blank_before"]), EMPTY),
        ]
        rows += [
            (name, one["any"]["slices"], share(one["any"]), share(one.get("own", {})))
            for name, one in found["by_subtype"].items()
        ]
        rows += [
            (f"{name} third", one["slices"], share(one), EMPTY) for name, one in found["by_height"].items()
        ]
    return Table(
        "Put in",
        f"blank slices that rise above threshold with one of {found.get('bleeds', 0)} bleeds put into them.",
        (header("", "Slices", "As any", "As its subtype"),),
        tuple(rows),
        notes=(f"Phantom bleeds in slices of this set, where they cover at least 12 mm²; {_INTERVALS}.",),
    )
