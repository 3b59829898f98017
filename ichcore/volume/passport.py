"""The geometry passport: what was found, repaired or left unknown while a series was opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Finding:
    """One line of the passport.

    Attributes:
        code: stable machine name (``tilt``, ``shear``, ``uneven_spacing``, ``missing_slices``,
            ``duplicate_positions``, ``interleaved``, ``padding_undeclared``, ``wrap_repaired``,
            ``sign_repaired``, ``header_unknown``, ``thin_slices``, ``no_hu``, …).
        detail: one sentence for a person, with the measured value and its unit.
    """

    code: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """``{"code", "detail"}``, as every report prints it."""
        return {"code": self.code, "detail": self.detail}


def has_code(passport: tuple[Finding, ...], code: str) -> bool:
    """Whether the passport holds a finding with this code."""
    return any(finding.code == code for finding in passport)


def slices_text(indices: Iterable[int]) -> str:
    """``slice 4`` or ``slices 2–5, 9`` (1-based, for people)."""
    runs: list[list[int]] = []
    ordered = sorted(indices)
    for index in ordered:
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    parts = [f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in runs]
    text = ", ".join(parts[:8]) + (" and more" if len(parts) > 8 else "")
    return f"slice {text}" if len(ordered) == 1 else f"slices {text}"
