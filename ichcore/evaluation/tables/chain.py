"""The weak chain step by step, with intervals and what each step adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.evaluation.tables.beyond_height import percent
from ichcore.evaluation.tables.table import EMPTY, Table, header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.evaluation.tables.outcome import Outcome

_COLUMNS = {
    "iou": "Foreground IoU",
    "miou_over_pixels": "mIoU",
    "dice": "Dice",
    "cl": "CL ↑",
    "ml": "ML ↓",
    "fpl": "FPL ↓",
}


def chain_tables(outcome: Outcome) -> list[Table]:
    """The ladder, where it was asked for."""
    found = outcome.report.get("chain")
    if not found:
        return []
    chain = found["chain"]
    positive = "the model calls positive" if found["positive_by"] == "prediction" else "are labelled positive"
    rows = tuple(
        (
            row["name"],
            *(percent(row[key], row[f"{key}_interval"]) for key in _COLUMNS),
            ratio(row),
            effect(row),
        )
        for row in found["rows"]
    )
    return [
        Table(
            "The weak chain",
            f"step by step, on {found['slices']} positive slices of {found['patients']} patients.",
            (header("Step", *_COLUMNS.values(), "Predicted to true volume", "IoU gained by the step"),),
            rows,
            notes=(
                f"Masks on slices that {positive} ({found['called_positive']}); before any skull mask.",
                f"Threshold {chain['threshold']:g}, CRF weight {chain['crf_weight']:g}.",
                *_density(chain),
                f"Neighbouring slices weigh {found['context_weight']:g} in the rows with spatial context.",
                "The gain is to the row before, with a paired interval by bootstrap over patients.",
                "CL, ML, FPL: bleeding sites located, missed, and false, by connected components.",
            ),
        )
    ]


def _density(chain: Mapping[str, Any]) -> tuple[str, ...]:
    """What the step of density and size takes out, where it is taken."""
    light, small = chain.get("least_hu", 0.0), chain.get("least_mm2", 0.0)
    parts = [f"what is below {light:g} HU or as dense as bone"] * bool(light)
    parts += [f"pieces below {small:g} mm²"] * bool(small)
    share = chain.get("border_share", 0.0)
    parts += [f"what lies beyond {100.0 * share:g} % of the way from surroundings to piece"] * bool(share)
    return (f"Taken out of the masks: {', '.join(parts)}.",) if parts else ()


def ratio(row: Mapping[str, Any]) -> str:
    """``1.05 (0.98–1.12)``, or a dash."""
    value, (low, high) = row["volume_ratio"], row["volume_ratio_interval"]
    if value is None:
        return EMPTY
    return f"{value:.2f}" if low is None or high is None else f"{value:.2f} ({low:.2f}–{high:.2f})"


def effect(row: Mapping[str, Any]) -> str:
    """``+3.2 (+1.0 to +5.1)`` percentage points of foreground IoU, or a dash."""
    found = row["effect"] or {}
    value = found.get("iou")
    low, high = found.get("iou_interval") or (None, None)
    if value is None:
        return EMPTY
    bounds = "" if low is None or high is None else f" ({100 * low:+.1f} to {100 * high:+.1f})"
    return f"{100 * value:+.1f}{bounds}"
