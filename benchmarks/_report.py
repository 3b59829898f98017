"""The one line that every benchmark ends with, and the summary of its samples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def summary(samples_ms: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile, maximum and number of timings in milliseconds."""
    values = np.asarray(samples_ms, float)
    return {
        "median_ms": round(float(np.median(values)), 3),
        "p99_ms": round(float(np.percentile(values, 99)), 3),
        "max_ms": round(float(values.max()), 3),
        "samples": int(values.size),
    }


def report(
    name: str,
    figures: Mapping[str, object],
    budget: str,
    met: bool,
    *,
    peer: str | None = None,
    peer_figures: Mapping[str, object] | None = None,
    ratio: float | None = None,
) -> None:
    """Print the JSON object, as the last line of standard output.

    Args:
        name: of the benchmark, as its file is called.
        figures: ours, with units in the keys.
        budget: what was promised, in words.
        met: whether it is kept in this run.
        peer: whom it was measured beside, in the same run; ``None`` where there is none.
        peer_figures: theirs, with the same keys.
        ratio: ours / peer's.
    """
    line = {
        "name": name,
        "figures": dict(figures),
        "peer": peer,
        "peer_figures": dict(peer_figures or {}),
        "ratio": None if ratio is None else round(ratio, 4),
        "budget": budget,
        "met": bool(met),
    }
    print(json.dumps(line), flush=True)
