"""The same slice with and without blood: what height, scanner and window cannot tell apart.

Positive slices are painted clean where their blood was drawn, and should no longer be flagged; blank ones
get a bleed, at any height, and should be. Both are judged at the card's own thresholds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.datasets.implanted import implant
from ichcore.datasets.painting_out import paint_out
from ichcore.errors import InputError
from ichcore.evaluation.bootstrap import RESAMPLES
from ichcore.evaluation.drawn_places import EDEMA
from ichcore.evaluation.scoring import score
from ichcore.evaluation.shares import share_of
from ichcore.models.network import SequenceNetwork
from ichcore.subtypes import CLASSES, SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.evaluation.scored import Scored
    from ichcore.models.checkpoint import LoadedModel

IMPLANTS = 60
"""Bleeds put into blank slices: hosts and subtypes in turn."""
THIRDS = ("lower", "middle", "upper")
"""Of a series' slices by relative height."""
_ANY = CLASSES.index("any")


def counterfactuals_of(
    model: LoadedModel, cases: Sequence[CaseFiles], scored: Scored, *, implants: int = IMPLANTS
) -> dict[str, Any]:
    """``{"painted_out": …, "implanted": …}``: both of the below.

    Raises:
        InputError: if no bleed was drawn, or no case takes one.
    """
    return {
        "painted_out": painted_out_figures(model, cases, scored),
        "implanted": implanted_figures(model, cases, implants=implants),
    }


def painted_out_figures(
    model: LoadedModel, cases: Sequence[CaseFiles], scored: Scored, *, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """How many positive slices are no longer flagged when their blood is painted out.

    A slice is flagged where any class reaches its threshold, as the viewer has it; each class is counted too.

    All drawn slices of a case are painted, bleed and edema, so that neighbours do not give it away. A slice
    counts where its class is known to be there and its bleed was drawn.

    Returns:
        ``{"flagged" or class: {"all": share, "flagged_before": share}}``, classes that are predicted and
        occur; shares as :func:`~ichcore.evaluation.shares.share_of` gives them.

    Raises:
        InputError: if no bleed of the set was drawn.
    """
    after = np.zeros((len(scored), len(CLASSES)), bool)
    bleed = np.zeros(len(scored), bool)
    first = 0
    for case in cases:
        own = slice(first, first + len(case.labels))
        first = own.stop
        bleed[own] = case.drawn & (case.truth > 0).any(axis=(1, 2))
        wanted = np.flatnonzero(bleed[own])
        if len(wanted):
            after[own.start + wanted] = _flags(model, case, _painted(case), wanted)
    if not bleed.any():
        raise InputError("No bleed of the set was drawn, so none can be painted out; it needs masks.")
    with np.errstate(invalid="ignore"):
        before = scored.probabilities >= scored.thresholds
    patients = np.asarray(scored.patients)[scored.case]

    def entry(gone: NDArray[np.bool_], was: NDArray[np.bool_], people: NDArray[np.str_]) -> dict[str, Any]:
        return {
            "all": share_of(gone, people, resamples=resamples),
            "flagged_before": share_of(gone[was], people[was], resamples=resamples),
        }

    rows = np.flatnonzero(bleed & scored.labels[:, _ANY] & scored.known[:, _ANY])
    found = {}
    if len(rows):
        found["flagged"] = entry(~_flagged(after[rows]), _flagged(before[rows]), patients[rows])
    for column, name in enumerate(CLASSES):
        rows = np.flatnonzero(bleed & scored.labels[:, column] & scored.known[:, column])
        if name in scored.predicted and len(rows):
            found[name] = entry(~after[rows, column], before[rows, column], patients[rows])
    return found


def implanted_figures(
    model: LoadedModel,
    cases: Sequence[CaseFiles],
    *,
    implants: int = IMPLANTS,
    first_seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """How many blank slices are flagged when a bleed is put into them.

    Args:
        model: loaded checkpoint.
        cases: on its grid; their blank slices are the hosts.
        implants: bleeds, each through the blank slices of one host; hosts and subtypes in turn.
        first_seed: bleed i has seed ``first_seed + i``.
        resamples: draws of each interval.

    Returns:
        ``{"bleeds", "no_room", "all", "blank_before", "by_subtype": {name: {"flagged", "any", "own"}},
        "by_height": {third: …}}``: shares of slices that every careful reader would call positive; ``any``
        flagged as that, ``own`` as their subtype, and all others as anything, as the viewer has it;
        ``blank_before`` are those that were not flagged without the bleed.

    Raises:
        InputError: if no case takes a bleed.
    """
    hosts = [case for case in cases if (case.known[:, _ANY] & ~case.labels[:, _ANY]).any()]
    patients, subtypes, heights = [], [], []
    flags, before = [], []
    blank: dict[int, NDArray[np.bool_]] = {}
    no_room = bleeds = 0
    for number in range(implants if hosts else 0):
        turn, which = divmod(number, len(hosts))
        host, name = hosts[which], SUBTYPES[(turn + which) % len(SUBTYPES)]
        try:
            made = implant(host, first_seed + number, (name,))
        except InputError:
            no_room += 1  # skull base and vertex alone, or no ventricle to bleed into
            continue
        bleeds += 1
        wanted = np.flatnonzero(made.labels[:, _ANY] & made.known[:, _ANY])
        if not len(wanted):
            continue
        if which not in blank:
            everything = np.arange(len(made.index))
            blank[which] = _flags(model, host, np.asarray(host.hu[made.index]), everything)
        flags.append(_flags(model, host, made.hu, wanted))
        before.append(blank[which][wanted])
        patients += [host.patient] * len(wanted)
        subtypes += [name] * len(wanted)
        heights += np.minimum((host.heights[made.index[wanted]] * 3).astype(int), 2).tolist()
    if not patients:
        raise InputError(
            "No blank slice of the set takes a bleed; it needs slices known to be free of blood."
        )
    after = np.concatenate(flags)
    risen, was = _flagged(after), _flagged(np.concatenate(before))
    people, kind, third = np.array(patients), np.array(subtypes), np.array(heights)

    def share(rows: NDArray[np.bool_], column: int | None = None) -> dict[str, Any]:
        said = risen if column is None else after[:, column]
        return share_of(said[rows], people[rows], resamples=resamples)

    return {
        "bleeds": bleeds,
        "no_room": no_room,
        "all": share(np.ones(len(risen), bool)),
        "blank_before": share(~was),
        "by_subtype": {
            name: {"flagged": share(kind == name), "any": share(kind == name, _ANY)}
            | ({"own": share(kind == name, CLASSES.index(name))} if name in model.card.classes else {})
            for name in SUBTYPES
            if (kind == name).any()
        },
        "by_height": {name: share(third == i) for i, name in enumerate(THIRDS) if (third == i).any()},
    }


def _flagged(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Slices flagged for any class, ``(N,)`` of ``(N, K)``."""
    return np.asarray(flags.any(axis=1))


def _painted(case: CaseFiles) -> NDArray[np.int16]:
    """The slices of a case without what was drawn in them."""
    hu = np.array(case.hu)
    edema = case.masks.get(EDEMA)
    for index in range(len(hu)):
        mask = np.asarray(case.truth[index]) > 0
        if edema is not None:
            mask = mask | np.asarray(edema[index])
        if mask.any():
            rng = np.random.default_rng(index)
            hu[index] = np.rint(paint_out(hu[index], mask, float(case.about["pixel_mm"]), rng))
    return hu


def _flags(
    model: LoadedModel, case: CaseFiles, hu: NDArray[np.int16], wanted: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """``(len(wanted), 6)`` what is flagged on some slices of a case whose pictures were changed."""
    start, stop = 0, len(hu)
    if not isinstance(model.network, SequenceNetwork):
        # a slice hears none but its neighbours, so the others need not be read
        start, stop = max(0, int(wanted.min()) - 1), min(len(hu), int(wanted.max()) + 2)
    labels = np.zeros((stop - start, len(CLASSES)), bool)
    changed = replace(
        case, hu=hu[start:stop], truth=np.zeros((0, 0, 0), np.uint8), labels=labels, known=labels, about={}
    )
    said = score(model, [changed])
    with np.errstate(invalid="ignore"):
        flags: NDArray[np.bool_] = said.probabilities >= said.thresholds
    return flags[wanted - start]
