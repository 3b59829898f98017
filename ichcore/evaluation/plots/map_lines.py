"""Where a model looks, as lines: IoU over thresholds, and deletion and insertion, one line a method."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ichcore.evaluation.map_deletion import BY_LOT
from ichcore.evaluation.plots.unit_square import UnitSquare

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINES = (
    ("#0072B2", ""),
    ("#D55E00", "7 2"),
    ("#009E73", "2 2"),
    ("#CC79A7", "7 2 2 2"),
    ("#E69F00", "4 3"),
    ("#56B4E9", "10 3 2 3 2 3"),
)
"""Colours (Okabe–Ito) with dashes of their own, since nothing may be told by colour alone."""
_SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0)


def map_plots(found: Mapping[str, Any]) -> dict[str, tuple[UnitSquare, str]]:
    """By file name, each with the corner of its legend; one that nothing stands in is left out.

    Args:
        found: what :func:`~ichcore.evaluation.explanations.explanations_of` gives.
    """
    deletion = found.get("deletion", {})
    # a method has one line in every plot
    of_method = {one["method"]: i for i, one in enumerate(_default_maps(found))}
    plots = {"iou-over-thresholds": (_iou(found, of_method), "top right")}
    if deletion:
        plots["deletion"] = (_over_shares(deletion, "deletion", of_method), "top right")
        plots["insertion"] = (_over_shares(deletion, "insertion", of_method), "bottom right")
    return {name: one for name, one in plots.items() if not one[0].empty}


def _default_maps(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """One map a method, of the default layer, the best first."""
    return list(found.get("classes", {}).get(found["class"], {}).get("maps", ()))


def _iou(found: Mapping[str, Any], of_method: Mapping[str, int]) -> UnitSquare:
    plot = UnitSquare("IoU with the bleed over thresholds", "Share of the map's maximum", "Mean IoU")
    thresholds = found.get("thresholds", ())
    for one in _default_maps(found):
        curve = one["iou_curve"]
        if any(value is None or math.isnan(value) for value in curve):
            continue
        colour, dash = _LINES[of_method[one["method"]] % len(_LINES)]
        plot.line(thresholds, curve, colour, f"{one['method']}  {one['iou_best']:.3f}", dash=dash)
    return plot


def _over_shares(deletion: Mapping[str, Any], what: str, of_method: Mapping[str, int]) -> UnitSquare:
    """The axis is the root of the share, since bleeds are small."""
    title, done = {
        "deletion": ("Deletion: less is better", "Deleted"),
        "insertion": ("Insertion: more is better", "Inserted"),
    }[what]
    ticks = [(math.sqrt(share), f"{100 * share:g}") for share in _SHARES]
    plot = UnitSquare(title, f"{done} share of the head, % (root scale)", "Mean probability", x_ticks=ticks)
    x = [math.sqrt(share) for share in deletion["shares"]]
    for one in deletion["maps"]:
        name = f"{one['method']}  {one[f'{what}_area']:.3f}"
        if one["method"] == BY_LOT:
            plot.line(x, one[f"{what}_curve"], "muted", name, dash="1 3")
            continue
        colour, dash = _LINES[of_method.get(one["method"], 0) % len(_LINES)]
        plot.line(x, one[f"{what}_curve"], colour, name, dash=dash)
    return plot
