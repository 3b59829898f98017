"""Stored values → HU, in place, with the repairs that real headers need.

In place and with as few passes as possible: a 300-slice series is 157 MB, and each pass over it costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.volume.passport import Finding
from ichcore.volume.volume import AIR_HU

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.dicom.frame import Storage

LOWEST_PLAUSIBLE_HU = -1200
"""Air is −1000 and its noise reaches some −1100; what lies below this is padding, not tissue."""
HIGHEST_PLAUSIBLE_HU = 31_000
"""Metal was seen at 29,516 HU; unsigned values beyond this are negative ones misread."""
WRAP_SHARE = 0.01
"""Share of a slice that must lie where wrapped air lands before the 12-bit wrap is undone."""


def to_hu(
    out: NDArray[np.int16], storage: Storage, *, wraps: bool = False, packed: bool = False
) -> tuple[Finding, ...]:
    """Turn stored 16-bit patterns into HU, in place.

    Args:
        out: ``(rows, columns)`` stored patterns; HU afterwards.
        storage: what the header says of them.
        wraps: undo the 12-bit wrap, ``((raw + 1000) mod 4096) − 1000``.
        packed: the codec yields ``bits_stored`` bits without sign extension, which then is no repair.

    Returns:
        What had to be repaired in this slice.
    """
    if wraps:
        unsigned = out.view(np.uint16)
        np.add(unsigned, 1000, out=unsigned)
        np.bitwise_and(unsigned, 0x0FFF, out=unsigned)
        np.subtract(out, 1000, out=out)
        return (Finding("wrap_repaired", "Values below −1000 had wrapped around 12 bits; unwrapped."),)
    found: list[Finding] = []
    signed, declared = _settle_sign(out, storage, found, packed=packed)
    values: NDArray[np.integer] = out if signed else out.view(np.uint16)
    low, high = int(values.min()), int(values.max())
    if declared is None:
        declared = _declared_padding(values, storage, low, high, signed=signed)
    if storage.lut is not None:
        _store(out, storage.lut.apply(values), found)
    else:
        _rescale(out, values, storage, (low, high), found)
    if declared is not None:
        out[declared] = AIR_HU
    if int(out.min()) < LOWEST_PLAUSIBLE_HU:
        below = out < LOWEST_PLAUSIBLE_HU
        found.append(
            Finding(
                "padding_undeclared",
                f"Pixels down to {int(out.min())} HU are padding that the header does not declare; "
                f"set to air ({AIR_HU} HU).",
            )
        )
        out[below] = AIR_HU
    return tuple(found)


def really_wraps(raw: NDArray[np.int16]) -> bool:
    """Whether a slice's unsigned 12-bit values hold wrapped air (raw 3096 and above), not a little metal."""
    values = raw.view(np.uint16)
    if int(values.max()) > 4095:
        return False  # more than 12 bits are in use: a sign that was misread, not a wrap
    return bool(np.count_nonzero(values >= 3096) > WRAP_SHARE * values.size)


def _settle_sign(
    out: NDArray[np.int16], storage: Storage, found: list[Finding], *, packed: bool
) -> tuple[bool, NDArray[np.bool_] | None]:
    """Make ``out`` hold true values; whether they are signed, and padding already found on the way."""
    if storage.signed:
        return _settle_signed(out, storage, found, packed=packed), None
    return _settle_unsigned(out, storage, found)


def _settle_signed(out: NDArray[np.int16], storage: Storage, found: list[Finding], *, packed: bool) -> bool:
    bits = storage.bits_stored
    if bits >= 16:
        return True
    limit = 1 << (bits - 1)
    low, high = int(out.min()), int(out.max())
    if low >= 0 and limit <= high < 2 * limit:
        if not _negative_makes_sense(out, storage, limit):
            found.append(
                Finding(
                    "sign_repaired", f"Declared signed in {bits} bits, but the values are unsigned; read so."
                )
            )
            return True
        # PS3.5 8.1.1: the bits above the high bit need not repeat the sign
        np.left_shift(out, 16 - bits, out=out)
        np.right_shift(out, 16 - bits, out=out)
        if not packed:
            found.append(
                Finding(
                    "sign_repaired", f"Negative values came without their sign above bit {bits}; restored."
                )
            )
    elif low < -limit or high >= limit:
        found.append(
            Finding("sign_repaired", f"Declared as {bits} bits, but the values need all 16; read so.")
        )
    return True


def _negative_makes_sense(out: NDArray[np.int16], storage: Storage, limit: int) -> bool:
    """Whether values with their top bit set are negative HU rather than bright unsigned ones."""
    top = out[out >= limit]
    middle = float(np.median(top)) - 2 * limit
    if middle * storage.slope + storage.intercept >= LOWEST_PLAUSIBLE_HU:
        return True
    # below all plausible HU: either padding, which is one constant, or unsigned bone
    return bool(np.count_nonzero(top == top[0]) > 0.9 * top.size)


def _settle_unsigned(
    out: NDArray[np.int16], storage: Storage, found: list[Finding]
) -> tuple[bool, NDArray[np.bool_] | None]:
    values = out.view(np.uint16)
    bits, high = storage.bits_stored, int(values.max())
    padding = None
    if storage.padding is not None and high == storage.padding and high > 32767:
        padding = values == storage.padding
        rest = values[~padding]
        values[padding] = rest.min() if rest.size else 0
        high = int(values.max())
    if bits < 16 and high >= 1 << bits:
        if int(values[values >= 1 << bits].min()) >= 65536 - (1 << (bits - 1)):
            found.append(Finding("sign_repaired", "Declared unsigned, but the values are signed; read so."))
            return True, padding
        np.bitwise_and(values, (1 << bits) - 1, out=values)
        found.append(
            Finding("overlay_bits", f"Bits above the {bits} stored ones were in use (an overlay); ignored.")
        )
    elif high > 32767 and high * storage.slope + storage.intercept > HIGHEST_PLAUSIBLE_HU and not storage.lut:
        found.append(Finding("sign_repaired", "Declared unsigned, but the values are signed; read so."))
        return True, padding
    return False, padding


def _declared_padding(
    values: NDArray[np.integer], storage: Storage, low: int, high: int, *, signed: bool
) -> NDArray[np.bool_] | None:
    """Where the declared padding stands; ``None`` where it does not occur or would be plausible tissue.

    Source: PS3.3 C.7.5.1.1.2. A padding value that means an ordinary HU (0 with an intercept of 0, say)
    would punch holes into the brain; it stays what it is.
    """
    if storage.padding is None or storage.lut is not None:
        return None
    ends = [storage.padding, storage.padding if storage.padding_limit is None else storage.padding_limit]
    if signed:
        ends = [end - 65536 if end > 32767 else end for end in ends]
    first, last = min(ends), max(ends)
    if last < low or first > high:
        return None
    hu_first, hu_last = (end * storage.slope + storage.intercept for end in (first, last))
    if not (max(hu_first, hu_last) < AIR_HU or min(hu_first, hu_last) > 3071):
        return None
    return values == first if first == last else (values >= first) & (values <= last)


def _rescale(
    out: NDArray[np.int16],
    values: NDArray[np.integer],
    storage: Storage,
    ends: tuple[int, int],
    found: list[Finding],
) -> None:
    """HU = slope · value + intercept (PS3.3 C.11.1.1.2)."""
    slope, intercept = storage.slope, storage.intercept
    shift = int(intercept)
    if slope == 1.0 and intercept == shift and ends[0] + shift >= -32768 and ends[1] + shift <= 32767:
        if shift:
            # modular 16-bit arithmetic is right for unsigned patterns too, since the result fits
            np.add(out, np.int16(shift) if -32768 <= shift <= 32767 else np.int16(shift % 65536), out=out)
        return
    _store(out, np.rint(values.astype(np.float64) * slope + intercept), found)


def _store(out: NDArray[np.int16], hu: NDArray[np.generic], found: list[Finding]) -> None:
    """Put HU of any type into int16; what does not fit is clipped and said."""
    low, high = float(hu.min()), float(hu.max())
    if low < -32768 or high > 32767:
        found.append(
            Finding("clipped", f"Values from {low:.0f} to {high:.0f} HU were clipped to −32768…32767 HU.")
        )
        hu = np.clip(hu, -32768, 32767)
    np.copyto(out, hu, casting="unsafe")
