"""The geometry passport: what was found, repaired or left unknown while a series was opened."""

from __future__ import annotations

from dataclasses import dataclass


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
