"""Badges: what the reader must know before believing the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.explain.method import TITLES
from ichcore.subtypes import hemorrhage_class
from ichcore.volume.window import Window
from ichviewer.documents.view_state import Display, Layout

if TYPE_CHECKING:
    from ichcore.export.pmap_reading import ReadMap
    from ichcore.models.card import Card
    from ichcore.volume import Volume
    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import ViewState

SCOPE = {
    "not_head": "not a head",
    "out_of_scope": "out of scope",
    "contrast": "contrast",
    "bone_kernel": "bone kernel",
    "sharp_kernel": "sharp kernel",
    "no_hu": "no HU",
    "not_ct": "not CT",
    "not_axial": "not axial",
    "field_of_view": "field of view",
    "few_slices": "few slices",
}
"""Passport and warning codes that put a series out of the model's scope, with their few words."""

BACK_TO_OWN = "Choose a method or a layer (Explain tab) for the model's own."

BRAIN_LEVEL = "brain_level"
"""The warning that the model was given other HU than the series holds (decision 0048)."""

SAME_HU = 0.5
"""Level and width that differ by less than this are the same window."""


@dataclass(frozen=True)
class Badge:
    """A coloured note in the image's corner.

    Attributes:
        code: stable machine name.
        text: a few words.
        detail: the whole sentence, as tooltip.
        level: ``info`` (the display is not what the model saw), ``warning`` (geometry repaired) or ``error``
            (out of the model's scope).
    """

    code: str
    text: str
    detail: str
    level: str


def badges_of(case: Case | None, view: ViewState, card: Card | None) -> tuple[Badge, ...]:
    """The badges for what is on screen now, gravest first."""
    if case is None:
        return ()
    findings = {f.code: f for f in (case.prediction.warnings if case.prediction is not None else ())}
    findings.update({f.code: f for f in (*case.refusal, *case.volume.passport)})
    out = tuple(Badge(c, SCOPE[c], f.detail, "error") for c, f in findings.items() if c in SCOPE)
    if case.refusal:
        out = (_scope_badge(case), *out)
    # under a stated tilt the stack's shear is the same fact once more
    said = set(SCOPE) | {BRAIN_LEVEL} | ({"shear"} if "tilt" in findings else set())
    repaired = [f for c, f in findings.items() if c not in said]
    geometry: tuple[Badge, ...] = ()
    if repaired:
        words = [_few_words(f.code, case.volume) for f in repaired]
        text = " · ".join(words[:3]) + (f" · +{len(words) - 3}" if len(words) > 3 else "")
        geometry = (Badge("geometry", text, "\n".join(f.detail for f in repaired), "warning"),)
    level = findings.get(BRAIN_LEVEL)
    moved = () if level is None else (Badge(BRAIN_LEVEL, "HU moved for the model", level.detail, "info"),)
    return (*out, *_blind_badge(case), *_map_badge(case), *geometry, *moved, *_display_badge(view, card))


def _map_badge(case: Case) -> tuple[Badge, ...]:
    """A note where the heat map is one from a file."""
    read = case.read_map
    if read is None:
        return ()
    return (Badge("read_map", "heat map from a file", f"{map_title(read)}.\n{BACK_TO_OWN}", "warning"),)


def map_title(read: ReadMap) -> str:
    """What a file's heat map is, such as ``SDH by compact, SF-CAM on block4``."""
    first = next(iter(read.heatmaps), None)
    by = f" by {read.model}" if read.model else ""
    how = f", {TITLES.get(first.method, first.method)} on {first.layer}" if first and first.method else ""
    return f"{hemorrhage_class(read.class_name).short}{by}{how}"


def _blind_badge(case: Case) -> tuple[Badge, ...]:
    """A note where the reader reads without the models."""
    if not case.model_hidden:
        return ()
    detail = "What models say, with overlay, strip and masks, is hidden until you lock your read (Read tab)."
    return (Badge("model_hidden", "model hidden", detail, "warning"),)


def _scope_badge(case: Case) -> Badge:
    """What became of a series out of scope."""
    reasons = "\n".join(finding.detail for finding in case.refusal)
    if case.refused:
        return Badge("not_scored", "not scored", f"{reasons}\nF5 asks whether to score it anyway.", "error")
    return Badge(
        "scored_anyway", "scored out of scope", f"{reasons}\nScored because you asked for it.", "error"
    )


def _few_words(code: str, volume: Volume) -> str:
    geometry = volume.geometry
    if code == "tilt":
        return f"tilt {abs(geometry.tilt_deg):.0f}°"
    if code == "shear":
        return f"shear {geometry.shear_deg:.0f}°"
    if code == "uneven_spacing" and geometry.shape[0] > 1 and geometry.positions_known:
        steps = geometry.steps_mm
        return f"uneven gaps {steps.min():.1f}–{steps.max():.1f} mm"
    return code.replace("_", " ")


def _display_badge(view: ViewState, card: Card | None) -> tuple[Badge, ...]:
    """A note where the main view is not one of the model's own channels."""
    windows = () if card is None else windows_of(card)
    if not windows or view.display in (Display.COMPOSITE, Display.MODEL_INPUT):
        return ()
    if view.layout is Layout.FOUR_UP:
        return ()
    if view.inverted:
        return (
            Badge(
                "display_inverted",
                "inverted",
                "Black and white are swapped on screen; the model saw them as they are.",
                "info",
            ),
        )
    if any(_same(view.window, window) for window in windows):
        return ()
    seen = ", ".join(f"{window.center:.0f}/{window.width:.0f}" for window in windows)
    learned = card is not None and bool(card.windows)
    kind, way = ("learned windows", "; press L for them") if learned else ("windows", "")
    shown = f"{view.window.center:.0f}/{view.window.width:.0f}"
    detail = f"The model saw this slice through its {kind} ({seen}), not through {shown}{way}."
    return (Badge("display_window", "not the model's window", detail, "info"),)


def windows_of(card: Card) -> tuple[Window, ...]:
    """The windows that a model looks through: those it learned, else the linear ones that its card states."""
    if card.windows:
        return tuple(record.window for record in card.windows if record.window is not None)
    stated = card.normalisation.get("linear_windows") or ()
    return tuple(Window(float(w["wl"]), float(w["ww"]), str(w["name"])) for w in stated)


def _same(shown: Window, other: Window) -> bool:
    return (
        shown.transfer is other.transfer
        and abs(shown.center - other.center) < SAME_HU
        and abs(shown.width - other.width) < SAME_HU
    )
