"""What the steps between slices say: uneven, missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.volume.passport import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ichcore.volume.geometry import Geometry


def spacing_findings(geometry: Geometry) -> Iterator[Finding]:
    """``uneven_spacing`` and ``missing_slices`` of a stack with known positions."""
    steps = geometry.steps_mm
    if steps.size < 2 or geometry.even:
        return
    yield Finding(
        "uneven_spacing",
        f"Steps between slices run from {steps.min():.2f} to {steps.max():.2f} mm "
        f"(median {np.median(steps):.2f} mm); volumes in mL are withheld.",
    )
    nominal = float(np.median(steps))
    times = steps / nominal
    whole = np.rint(times)
    regular = np.abs(times - whole) * nominal < max(0.1, 0.05 * nominal)
    holes = np.flatnonzero(regular & (whole >= 2))
    # a hole is a hole only in an otherwise regular stack; elsewhere it is chance
    if holes.size and np.count_nonzero(regular & (whole == 1)) >= 0.5 * steps.size:
        count = int((whole[holes] - 1).sum())
        where = ", ".join(f"{i + 1} and {i + 2}" for i in holes[:5])
        yield Finding(
            "missing_slices",
            f"{count} slice{'s are' if count > 1 else ' is'} missing between slices {where}"
            f"{' and further on' if holes.size > 5 else ''} (steps of {nominal:.2f} mm).",
        )
