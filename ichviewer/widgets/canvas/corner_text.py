"""What the four corners say of patient, study, cursor, window and slice."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from ichcore.volume.window import Transfer
from ichviewer.documents.person_name import readable_name
from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.halo_text import Line, Run, plain
from ichviewer.widgets.canvas.ink import Tone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume import Geometry, SeriesIdentity, Window
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.viewport import Viewport

HIDDEN_BLOCKS = "▮▮▮▮▮"
SEPARATOR = " · "


def tr(text: str) -> str:
    """The text in the user's language."""
    return QCoreApplication.translate("canvas", text)


def patient_lines(identity: SeriesIdentity, *, shown: bool) -> tuple[Line, ...]:
    """Name; then id, sex and age. Hidden: blocks in place of who it is, sex and age remain."""
    sex_age = [text for text in (identity.patient_sex, readable_age(identity.patient_age)) if text]
    if not shown:
        first: Line = (Run(HIDDEN_BLOCKS + " "), Run(tr("identity hidden"), Tone.MUTED))
        return (first, plain(SEPARATOR.join(sex_age), Tone.MUTED)) if sex_age else (first,)
    name = readable_name(identity.patient_name)
    second = SEPARATOR.join(
        [text for text in (identity.patient_id,) if text and text != identity.patient_name] + sex_age
    )
    lines = [plain(name)] if name else []
    return (*lines, plain(second, Tone.MUTED)) if second else tuple(lines)


def study_lines(identity: SeriesIdentity, *, shown: bool) -> tuple[Line, ...]:
    """Institution; study; date. Hidden: modality and body part alone, since free text may name people."""
    if not shown:
        what = " ".join(text for text in (identity.modality, identity.body_part.lower()) if text)
        return (plain(what, Tone.MUTED),) if what else ()
    lines = [plain(identity.institution)] if identity.institution else []
    rest = SEPARATOR.join(
        text for text in (identity.study_description, readable_date(identity.study_date)) if text
    )
    return (*lines, plain(rest, Tone.MUTED)) if rest else tuple(lines)


def probe_line(scene: Scene) -> Line:
    """Value under the cursor and where in the patient it is; empty without a cursor on the slice."""
    if scene.probe is None or not scene.decoded:
        return ()
    row, column = scene.probe
    value = int(scene.volume.hu[scene.index, int(np.floor(row + 0.5)), int(np.floor(column + 0.5))])
    unit = "HU" if scene.volume.is_hu else tr("grey")
    geometry = scene.volume.geometry
    if geometry.pixel_spacing_mm is not None and geometry.positions_known:
        place = tr("at {place} mm").format(place=place_text(geometry.to_lps_mm(scene.index, row, column)))
    else:
        place = tr("at row {row:.0f}, column {column:.0f}").format(row=row, column=column)
    return (Run(f"{unit} {minus(value)} "), Run(" " + place, Tone.MUTED))


def window_line(scene: Scene, viewport: Viewport) -> Line:
    """Window with its name, and zoom; the learned window in the accent."""
    zoom = Run(SEPARATOR + tr("zoom {zoom:.1f}").format(zoom=viewport.across), Tone.MUTED)
    if scene.display is Display.COMPOSITE:
        return (Run(tr("learned, three channels"), Tone.ACCENT), zoom)
    if scene.display is Display.MODEL_INPUT:
        return (Run(tr("what the model saw"), Tone.ACCENT), zoom)
    window = scene.window
    runs = [Run(f"W {level_text(window.width)} L {level_text(window.center)}")]
    if scene.learned_channel is not None:
        named = tr("learned, channel {n}").format(n=scene.learned_channel + 1)
        runs.append(Run(f" {named}{SEPARATOR}{transfer_text(window)}", Tone.ACCENT))
    else:
        curve = tr("sigmoid") if window.transfer is Transfer.SIGMOID else ""
        name = SEPARATOR.join(text for text in (window.name, curve) if text)
        if name:
            runs.append(Run(" " + name, Tone.MUTED))
    if scene.inverted:
        runs.append(Run(SEPARATOR + tr("inverted"), Tone.AMBER))
    return (*runs, zoom)


def slice_lines(scene: Scene) -> tuple[Line, ...]:
    """Series; then thickness, slice i / n and location."""
    geometry, identity = scene.volume.geometry, scene.volume.identity
    lines: list[Line] = []
    if identity.series_description:
        lines.append(plain(identity.series_description, Tone.MUTED))
    parts: list[Run] = []
    if geometry.slice_thickness_mm is not None:
        parts.append(Run(f"{_short(geometry.slice_thickness_mm)} mm{SEPARATOR}", Tone.MUTED))
    parts.append(Run(tr("slice {i} / {n}").format(i=scene.index + 1, n=geometry.shape[0])))
    location = location_text(geometry, scene.index)
    if location:
        parts.append(Run(SEPARATOR + location, Tone.MUTED))
    return (*lines, tuple(parts))


@lru_cache(maxsize=1024)
def location_text(geometry: Geometry, index: int) -> str:
    """Where the slice's middle lies along its main patient axis, such as ``S 58.0``; empty if unknown."""
    if not geometry.positions_known:
        return ""
    _, rows, columns = geometry.shape
    middle = geometry.to_lps_mm(index, (rows - 1) / 2, (columns - 1) / 2)
    axis = int(np.argmax(np.abs(geometry.normal)))
    return _axis_text(axis, float(middle[axis]))


def place_text(lps_mm: NDArray[np.float64]) -> str:
    """An LPS position as readers say it, such as ``L 41.2 P 12.8 S 58.0``."""
    return " ".join(_axis_text(axis, float(value)) for axis, value in enumerate(lps_mm))


def _axis_text(axis: int, value: float) -> str:
    return f"{('LR', 'PA', 'SI')[axis][0 if value >= 0 else 1]} {abs(value):.1f}"


def transfer_text(window: Window) -> str:
    """``sigmoid``, or ``linear`` for the approximation."""
    return tr("sigmoid") if window.transfer is Transfer.SIGMOID else tr("linear")


def level_text(value: float) -> str:
    """A level or width: whole HU, one decimal for narrow values."""
    return minus(round(value)) if abs(value) >= 10 or value == round(value) else minus(round(value, 1))


def minus(value: float) -> str:
    """A number with a true minus sign."""
    return str(value).replace("-", "−")


def readable_age(age: str) -> str:
    """``042Y`` as ``42 y`` (PS3.5, value representation AS)."""
    match = re.fullmatch(r"0*(\d+)([DWMY])", age.strip().upper())
    return f"{match[1]} {match[2].lower()}" if match else age.strip()


def readable_date(date: str) -> str:
    """``20180131`` as ``2018-01-31``."""
    match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", date.strip())
    return "-".join(match.groups()) if match else date.strip()


def _short(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
