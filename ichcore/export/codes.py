"""How DICOM objects name the five subtypes, hemorrhage of unstated subtype, and ``any``.

A code stands here only if two publications that do not copy each other give it that meaning. Public programs
disagree on the rest: four of them give epidural hemorrhage four SNOMED CT codes, five give intraventricular
hemorrhage five. Those two subtypes are named by a private scheme, ``99ICH``, rather than by a guess.

=================  =============  ===============================================================
what               code           where it was found
=================  =============  ===============================================================
any, unstated      SCT 1386000    DICOM's own dictionary (PS3.16, pydicom ``IntracranialHemorrhage``)
intraparenchymal   SCT 274100004  HL7 FHIR value sets and OHDSI cohorts: Cerebral hemorrhage
subarachnoid       SCT 21454007   HL7 FHIR value sets and OHDSI concept lists
subdural           SCT 35486000   a list out of OHDSI's Athena vocabulary (Subdural hemorrhage); the
                                  MR-RATE findings (Subdural intracranial hemorrhage)
epidural           99ICH EDH      82999001 in that Athena list alone; others 83329005, 75063001
intraventricular   99ICH IVH      no two sources agree (95457006, 262052002, 71186008, 274110009)
=================  =============  ===============================================================

95455008, which a public report writer takes for subdural hemorrhage, is thrombosis of cerebral veins; it is
never written and means nothing when read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.subtypes import SUBTYPES, UNSTATED_LABEL, hemorrhage_class

if TYPE_CHECKING:
    from highdicom.sr import CodedConcept

UNSTATED = "unstated"
"""Name of hemorrhage whose subtype nobody said, as in volumes and reports."""
PRIVATE_SCHEME = "99ICH"
PRIVATE_SCHEME_NAME = "ichviewer hemorrhage subtypes"


@dataclass(frozen=True)
class HemorrhageCode:
    """How one class is written.

    Attributes:
        name: class name, or ``unstated``.
        short: abbreviation, part of every segment's label.
        value: code value.
        scheme: ``SCT`` or :data:`PRIVATE_SCHEME`.
        meaning: code meaning.
        label: value in a label map; ``None`` for ``any``.
        colour: ``#rrggbb``.
    """

    name: str
    short: str
    value: str
    scheme: str
    meaning: str
    label: int | None
    colour: str

    @property
    def title(self) -> str:
        """What segments are labelled: ``Subdural hemorrhage (SDH)``."""
        return f"{self.meaning} ({self.short})"

    @property
    def concept(self) -> CodedConcept:
        """As highdicom writes it."""
        from highdicom.sr import CodedConcept

        return CodedConcept(self.value, self.scheme, self.meaning)


_WRITTEN = {
    "any": ("1386000", "SCT", "Intracranial hemorrhage"),
    "epidural": ("EDH", PRIVATE_SCHEME, "Epidural hemorrhage"),
    "intraparenchymal": ("274100004", "SCT", "Cerebral hemorrhage"),
    "intraventricular": ("IVH", PRIVATE_SCHEME, "Intraventricular hemorrhage"),
    "subarachnoid": ("21454007", "SCT", "Subarachnoid hemorrhage"),
    "subdural": ("35486000", "SCT", "Subdural hemorrhage"),
}


def _code(name: str) -> HemorrhageCode:
    known = hemorrhage_class(name)
    return HemorrhageCode(name, known.short, *_WRITTEN[name], known.label, known.colour)


CODES = {name: _code(name) for name in _WRITTEN} | {
    UNSTATED: HemorrhageCode(UNSTATED, "ICH", *_WRITTEN["any"], UNSTATED_LABEL, "#E8EAED")
}
"""By class name, and :data:`UNSTATED`."""
BY_LABEL = {CODES[name].label: CODES[name] for name in (*SUBTYPES, UNSTATED)}
"""By label-map value 1–6."""
_READ_TOO = {("SCT", "82999001"): 1, ("SCT", "95453001"): 5}
"""Codes that others write and that leave no doubt: epidural intracranial hemorrhage, subdural intracranial
hematoma."""
_WORDS = (
    (1, ("epidural", "extradural", "edh")),
    (5, ("subdural", "sdh")),
    (4, ("subarachnoid", "sah")),
    (3, ("intraventricular", "ventricular", "ivh")),
    (2, ("intraparenchymal", "parenchymal", "intracerebral", "cerebral", "iph")),
)
_WRONG = ("95455008",)


def label_of(scheme: str, value: str, text: str = "") -> int:
    """The label-map value that somebody's segment stands for: by its code, else by words, else unstated.

    Args:
        scheme: coding scheme designator; ``SNM3`` and ``SRT`` count as unknown.
        value: code value.
        text: code meaning and segment label, for codes that are not known here.

    Returns:
        1–5, or 6 where the subtype is not said.
    """
    known = {(c.scheme, c.value): c.label for c in BY_LABEL.values() if c.label != UNSTATED_LABEL} | _READ_TOO
    label = known.get((scheme, value)) if value not in _WRONG else None
    if label is not None:
        return label
    words = text.lower().replace("_", " ").replace("-", " ")
    return next((found for found, names in _WORDS if any(name in words for name in names)), UNSTATED_LABEL)
