"""Under what terms a set may be used: said once by its reader, carried by every case, told by the card."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ichcore.datasets.case_files import CaseFiles


@dataclass(frozen=True)
class Terms:
    """What may be done with a set.

    Attributes:
        name: of the set, as its authors call it.
        licence: in one phrase.
        may_train: ``False`` for sets that are only looked at here.
        non_commercial: whether weights taught by it are for non-commercial use only.
        citation: what to cite; empty where there is nothing.
    """

    name: str
    licence: str
    may_train: bool = True
    non_commercial: bool = False
    citation: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a case's ``about.json`` keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Terms:
        """The terms that :meth:`as_json` wrote."""
        return cls(**stated)


OWN_TERMS = Terms("phantoms of ichcore", "MIT, as this program")
"""What this program made from nothing."""


def require_trainable(cases: Iterable[CaseFiles]) -> None:
    """Refuse to train on a set that is for looking.

    Raises:
        InputError: if there is a case of such a set.
    """
    refused = sorted({case.terms.name for case in cases if not case.terms.may_train})
    if refused:
        raise InputError(
            f"{', '.join(refused)} may be looked at, not trained on; leave it out of the training sets."
        )


def terms_of(cases: Iterable[CaseFiles]) -> dict[str, Any]:
    """What a checkpoint's card says of the sets that taught it.

    Returns:
        ``{"sets": [{"name", "licence", "citation", "cases"}], "non_commercial": bool}``.
    """
    counts: dict[Terms, int] = {}
    for case in cases:
        counts[case.terms] = counts.get(case.terms, 0) + 1
    ordered = sorted(counts, key=lambda terms: terms.name)
    return {
        "sets": [
            {"name": t.name, "licence": t.licence, "citation": t.citation, "cases": counts[t]}
            for t in ordered
        ],
        "non_commercial": any(terms.non_commercial for terms in ordered),
    }


def with_inherited(own: Mapping[str, Any], inherited: Mapping[str, Any]) -> dict[str, Any]:
    """Terms as :func:`terms_of` states them, with those of weights that the training went on from.

    What taught the older weights goes on teaching through them, so a set of theirs stays, and so does that
    they are for non-commercial use only.
    """
    named = {one["name"] for one in own["sets"]}
    older = [dict(one) for one in inherited.get("sets", ()) if one["name"] not in named]
    return {
        "sets": sorted([*own["sets"], *older], key=lambda one: str(one["name"])),
        "non_commercial": bool(own["non_commercial"] or inherited.get("non_commercial", False)),
    }
