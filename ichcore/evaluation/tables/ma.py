"""Tables 1 to 4 of Ma 2025: masks by method, sites found, input size, and the steps one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.evaluation.tables.outcome import first, of_system
from ichcore.evaluation.tables.table import Heading, Table, header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Cell

SYSTEM = "ma2025"
STEPS = ("34", "50", "SF-CAM", "SCF", "BLA", "dCRF", "U-Net")
"""Two classifiers, shallow-feature CAM, spatial context, two layers, dense CRF, U-Net."""
LADDER = (
    ("34", "50"),
    ("34", "50", "SCF"),
    ("34", "SF-CAM"),
    ("50", "SF-CAM"),
    ("34", "50", "SF-CAM"),
    ("34", "50", "SF-CAM", "SCF"),
    ("34", "50", "SF-CAM", "SCF", "BLA"),
    ("34", "50", "SF-CAM", "SCF", "BLA", "dCRF"),
    ("34", "50", "SF-CAM", "SCF", "BLA", "dCRF", "U-Net"),
)
"""Rows of Table 4, from the top."""
_READINGS = (("pixels", "miou_over_pixels"), ("images", "miou_over_images"))
_NOTE = (
    "mIoU is the mean of background and hemorrhage: over the pixels of all slices, and slice by slice; "
    "the paper leaves open which."
)


def table_1(outcomes: Sequence[Outcome]) -> Table:
    """Mean IoU of each method on each set."""
    own, sets = _own(outcomes)
    rows = tuple(
        (method, _level(own, method), *_miou([first(own, method=method, dataset=d) for d in sets]))
        for method in _methods(own)
    )
    return Table(
        "Ma 2025, Table 1",
        "mIoU (%) of the masks.",
        _header(("Method", "Labels"), sets),
        rows,
        labels=2,
        decimals=1,
        notes=(_NOTE, "In the paper, on real data: 69.8 on BHSD and 68.9 on BCIHM."),
    )


def table_2(outcomes: Sequence[Outcome]) -> Table:
    """Sites found, missed and imagined."""
    own, sets = _own(outcomes)
    shares = (("CL (%) ↑", "cl"), ("ML (%) ↓", "ml"), ("FPL (%) ↓", "fpl"))
    rows = tuple(
        (
            method,
            *(_percent(first(own, method=method, dataset=d), key) for _, key in shares for d in sets),
        )
        for method in _methods(own)
    )
    return Table(
        "Ma 2025, Table 2",
        "Bleeding sites located, missed and falsely located.",
        (
            (Heading(""), *(Heading(text, len(sets)) for text, _ in shares)),
            header("Method", *[*sets] * len(shares)),
        ),
        rows,
        decimals=1,
        notes=("In the paper, on BHSD: 48.1, 51.9 and 49.8.",),
    )


def table_3(outcomes: Sequence[Outcome]) -> Table:
    """By input size, with the sizes of the two shallow layers."""
    own, sets = _own(outcomes)
    sizes = sorted({int(one.place["size"]) for one in own if one.place.get("size")}, reverse=True)
    rows = tuple(
        (
            _square(size),
            _square(size // 4),
            _square(size // 8),
            *_miou([first(own, size=size, dataset=d) for d in sets]),
        )
        for size in sizes
    )
    return Table(
        "Ma 2025, Table 3",
        "mIoU (%) by input size.",
        _header(("Input", "Layer 1", "Layer 2"), sets),
        rows,
        labels=3,
        decimals=1,
        notes=(_NOTE,),
    )


def table_4(outcomes: Sequence[Outcome]) -> Table:
    """The steps one by one."""
    own, sets = _own(outcomes)
    rows = []
    for steps in LADDER:
        found = [next((o for o in own if _steps(o) == set(steps) and _set(o) == d), None) for d in sets]
        rows.append((*(step in steps for step in STEPS), *_miou(found)))
    return Table(
        "Ma 2025, Table 4",
        "mIoU (%) with each step.",
        _header(STEPS, sets),
        tuple(rows),
        labels=len(STEPS),
        decimals=1,
        notes=(_NOTE, "In the paper, on BHSD: 52.5, 53.1, 59.1, 60.7, 61.8, 62.6, 63.1, 65.1, 69.8."),
    )


def _own(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], list[str]]:
    """Outcomes that masks were scored of, with their method and set filled in; and the sets."""
    own = [
        type(one)(
            one.name,
            one.system,
            one.data,
            {**one.place, "method": one.place.get("method", one.name), "dataset": _set(one)},
            one.report,
        )
        for one in of_system(outcomes, SYSTEM)
        if _masks(one)
    ]
    return own, list(dict.fromkeys(_set(one) for one in own)) or ["–"]


def _set(one: Outcome) -> str:
    return str(one.place.get("dataset", one.data))


def _methods(own: Sequence[Outcome]) -> list[str]:
    return list(dict.fromkeys(str(one.place["method"]) for one in own))


def _level(own: Sequence[Outcome], method: str) -> str:
    one = first(own, method=method)
    return str(one.place.get("labels", "slices")) if one is not None else "–"


def _steps(one: Outcome) -> set[str]:
    """``steps`` of its place: a list, or text with ``+`` between."""
    stated = one.place.get("steps", ())
    return set(stated.split("+")) if isinstance(stated, str) else set(stated)


def _masks(one: Outcome | None) -> dict[str, float | None]:
    """Figures of its masks; those of its CAM where it drew none itself."""
    if one is None:
        return {}
    own = one.report.get("masks") or one.report.get("localization", {}).get("masks")
    return dict(own or {})


def _percent(one: Outcome | None, key: str) -> Cell:
    value = _masks(one).get(key)
    return None if value is None else 100.0 * value


def _miou(found: Sequence[Outcome | None]) -> list[Cell]:
    return [_percent(one, key) for one in found for _, key in _READINGS]


def _header(names: Sequence[str], sets: Sequence[str]) -> tuple[tuple[Heading, ...], ...]:
    blank = tuple(Heading("") for _ in names)
    return (
        (*blank, *(Heading(name, len(_READINGS)) for name in sets)),
        header(*names, *[text for text, _ in _READINGS] * len(sets)),
    )


def _square(side: int) -> str:
    return f"{side}×{side}"
