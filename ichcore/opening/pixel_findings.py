"""What only the pixels tell, as one finding a code for the whole series."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ichcore.volume.passport import Finding, slices_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ichcore.opening.catalogue import SeriesEntry
    from ichcore.progress import CancelToken

METAL_HU = 3072
"""Above what 12 bits can hold; only metal is that dense."""


def pixel_findings(
    by_slice: Mapping[int, tuple[Finding, ...]], brightest: NDArray[np.int32] | None
) -> list[Finding]:
    """One finding a code, naming the slices it was met in."""
    slices: dict[str, list[int]] = defaultdict(list)
    detail: dict[str, str] = {}
    for index in sorted(by_slice):
        for finding in by_slice[index]:
            slices[finding.code].append(index)
            detail.setdefault(finding.code, finding.detail)
    total = len(by_slice)
    found = [
        Finding(code, text if len(slices[code]) == total else f"{text} In {slices_text(slices[code])}.")
        for code, text in detail.items()
    ]
    if brightest is not None and brightest.size and int(brightest.max()) > METAL_HU:
        metal = [int(i) for i in np.flatnonzero(brightest > METAL_HU)]
        found.append(Finding("metal", f"Metal up to {int(brightest.max())} HU in {slices_text(metal)}."))
    return found


def sampled_findings(entry: SeriesEntry, cancel: CancelToken | None = None) -> tuple[Finding, ...]:
    """What three slices of a series tell: the middle and both quarters.

    Raises:
        CancelledError: if asked to stop.
    """
    slices = entry.slices
    out = np.empty((entry.rows, entry.columns), np.int16)
    brightest = np.zeros(slices, np.int32)
    found: dict[int, tuple[Finding, ...]] = {}
    entry.source.prepare()
    for index in dict.fromkeys((slices // 2, slices // 4, 3 * slices // 4)):
        if cancel is not None:
            cancel.raise_if_cancelled()
        found[index] = entry.source.decode_slice(index, out)
        brightest[index] = out.max()
    known = {finding.code for finding in entry.source.passport}
    return tuple(
        finding
        for finding in pixel_findings(found, brightest if entry.is_hu else None)
        if finding.code not in known
    )
