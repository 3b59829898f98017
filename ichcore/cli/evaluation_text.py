"""An evaluation as calm text: the figures that a person asks for first."""

from collections.abc import Mapping
from typing import Any

from ichcore.cli.output import Page
from ichcore.evaluation.tables.beyond_height import percent, share
from ichcore.evaluation.tables.chain import effect, ratio
from ichcore.evaluation.tables.where_it_looks import size_text
from ichcore.subtypes import CLASSES

_LISTED = 12
"""Lines of a list whose rest stands in the JSON."""
_MAPS = (
    ("peak", "peak inside"),
    ("peak_on_bleed", "on the bleed"),
    ("box", "box"),
    ("box_with_edema", "box with edema"),
    ("energy", "energy inside"),
    ("iou_best", "best IoU"),
    ("outside_skull", "outside skull"),
)
_MASKS = (
    ("mIoU over pixels", "miou_over_pixels"),
    ("mIoU over images", "miou_over_images"),
    ("IoU of the bleeds", "iou"),
    ("Dice", "dice"),
    ("sites located", "cl"),
    ("sites missed", "ml"),
    ("false sites", "fpl"),
)


def print_evaluation(report: Mapping[str, Any], name: str, *, phantoms: bool) -> None:
    """Print what :func:`~ichcore.evaluation.report.report_of` gives, and what was asked for beside it."""
    page = Page()
    page.fields(
        [
            ("Model", name),
            ("Cases", f"{report['cases']}{' phantoms' if phantoms else ''}, {report['slices']} slices"),
        ]
    )
    page.line()
    if "masks" in report:
        _print_masks(page, report)
    else:
        _print_classes(page, report)
    if phantoms:
        page.line("Phantom figures: they say nothing of real patients.", "yellow")
    page.research_use()


def _print_classes(page: Page, report: Mapping[str, Any]) -> None:
    """Class by class, and what was asked for beside it."""
    slices = report["slice"]
    rows = [
        (
            one,
            str(report["positives"][one]),
            *(_figure(slices[key][one]) for key in ("auc", "auc_matched", "auc_position_only")),
            _figure(report["series"]["auc"][one]),
        )
        for one in CLASSES
    ]
    header = ("class", "positive", "AUC", "matched", "position only", "series AUC")
    page.table(header, rows, left=("class",))
    page.line()
    page.line(f"Mean AUC {_figure(slices['auc_mean'])}, weighted log loss {_figure(slices['log_loss'])}.")
    _print_false_flags(page, report["false_flags"])
    if "explanations" in report:
        _print_explanations(page, report["explanations"])
    if "chain" in report:
        _print_chain(page, report["chain"])
    if "counterfactual" in report:
        _print_counterfactual(page, report["counterfactual"])


def _print_masks(page: Page, report: Mapping[str, Any]) -> None:
    """Overlap in its readings, and bleeding sites: of all drawn slices, and of those with blood."""
    parts = [report["masks"], report["masks_positive"]]
    rows = [(text, *(percent(one[key], one.get(f"{key}_interval")) for one in parts)) for text, key in _MASKS]
    header = ("masks", f"{parts[0]['images']} slices", f"{parts[1]['images']} with blood")
    page.table(header, rows, left=("masks",))


def _print_false_flags(page: Page, found: Mapping[str, Any]) -> None:
    """Which slices of series without blood are flagged, and as what."""
    if not found["flagged"]["slices"]:
        return
    flagged = found["flagged"]
    page.line(
        f"In {found['series']} series without blood {len(found['slices'])} of {flagged['slices']} slices are "
        f"flagged: {share(flagged)}."
    )
    for one in found["slices"][:_LISTED]:
        classes = ", ".join(f"{name} {p:.2f}" for name, p in one["classes"].items())
        page.line(f"  {one['patient']}, slice {one['index']}: {classes}")
    if len(found["slices"]) > _LISTED:
        page.line(f"  and {len(found['slices']) - _LISTED} more; --json lists all.")


def _print_explanations(page: Page, found: Mapping[str, Any]) -> None:
    """Methods and layers, the best first; the best map of each class and size; deletion and insertion."""
    page.line()
    page.line(
        f"Where it looks for {found['class']}: {found['slices']} drawn slices of "
        f"{found['patients']} patients, {found['flagged']} of them flagged."
    )
    rows = [
        (one["method"], one["layer"], *(percent(one[key], one[f"{key}_interval"]) for key, _ in _MAPS))
        for one in found["maps"]
    ]
    page.table(("method", "layer", *(text for _, text in _MAPS)), rows, left=("method", "layer"))
    parts = [(name, one) for name, one in found["classes"].items()]
    parts += [(size_text(one), one) for one in found["sizes"]]
    brief = [(key, text) for key, text in _MAPS if key in ("peak", "box", "energy", "iou_best")]
    rows = [
        (name, str(one["slices"]), best["method"], *(percent(best[key], None) for key, _ in brief))
        for name, one in parts
        for best in one["maps"][:1]
    ]
    header = ("bleeds", "slices", "best method", *(text for _, text in brief))
    page.table(header, rows, left=("bleeds", "best method"))
    deletion = found.get("deletion")
    if deletion:
        areas = ", ".join(
            f"{one['method']} {_figure(one['deletion_area'])} / {_figure(one['insertion_area'])}"
            for one in deletion["maps"]
        )
        page.line(f"Deletion / insertion area on {deletion['slices']} slices: {areas}.")


def _print_chain(page: Page, found: Mapping[str, Any]) -> None:
    """The weak chain, a line a step."""
    page.line()
    page.line(
        f"The weak chain on {found['slices']} drawn positive slices of {found['patients']} patients, "
        f"{found['called_positive']} of them positive by {found['positive_by']}."
    )
    keys = {"iou": "IoU", "dice": "Dice", "cl": "CL", "fpl": "FPL"}
    rows = [
        (one["name"], *(percent(one[key], one[f"{key}_interval"]) for key in keys), ratio(one), effect(one))
        for one in found["rows"]
    ]
    page.table(("step", *keys.values(), "volume", "IoU gained"), rows, left=("step",))


def _print_counterfactual(page: Page, found: Mapping[str, Any]) -> None:
    """What is flagged without the blood that was there, and with blood that was not."""
    page.line()
    for name, one in found["painted_out"].items():
        what = "all classes" if name == "flagged" else name
        page.line(
            f"Painted out, {what}: below threshold {share(one['all'])} of {one['all']['slices']} positive "
            f"slices, {share(one['flagged_before'])} of {one['flagged_before']['slices']} flagged before."
        )
    put_in = found["implanted"]
    page.line(
        f"{put_in['bleeds']} bleeds put into blank slices: above threshold {share(put_in['all'])} of "
        f"{put_in['all']['slices']} slices, {share(put_in['blank_before'])} of "
        f"{put_in['blank_before']['slices']} not flagged before."
    )
    nothing: dict[str, Any] = {}
    rows = [
        (
            name,
            str(one["any"]["slices"]),
            share(one["flagged"]),
            share(one["any"]),
            share(one.get("own", nothing)),
        )
        for name, one in put_in["by_subtype"].items()
    ]
    rows += [
        (f"{name} third", str(one["slices"]), share(one), "–", "–")
        for name, one in put_in["by_height"].items()
    ]
    page.table(("put in", "slices", "flagged", "as any", "as its subtype"), rows, left=("put in",))


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
