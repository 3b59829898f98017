"""DICOM PS3.15 Annex E, Basic Application Confidentiality Profile, for the datasets that exports are made of.

The actions stand in :mod:`ichcore.export.confidentiality_table`. What is not listed there and is not known to
be harmless is removed, too, if its value representation can hold words, dates or names; so is every private
element.

Options that are stated beside the profile: Clean Structured Content (113104), since all of a report's content
but the notes, which are left out, and the reader's name, which is replaced, is made by the program; and Clean
Descriptors (113105), since the descriptions that stay are the program's own.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from pydicom import DataElement, Dataset
from pydicom.datadict import keyword_for_tag
from pydicom.multival import MultiValue

from ichcore.dicom.quiet import PydicomError, quiet_pydicom
from ichcore.export.confidentiality_table import ACTIONS, DUMMIES, NOBODY, OUR_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

METHOD = "ichviewer: PS3.15 E.1 Basic Profile"
_METHOD_CODES = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113104", "Clean Structured Content Option"),
    ("113105", "Clean Descriptors Option"),
)
_WORDS = frozenset(("AE", "AS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UN", "UR", "UT"))
_STANDARD_UIDS = ("1.2.840.10008.", "2.16.840.1.113883.6.")
"""SOP classes, transfer syntaxes and coding schemes; they tell nothing of a patient."""


class UidMap:
    """New UIDs for old: the same for the same within one export, and beyond guessing without its key.

    Args:
        key: secret; a new one by default, so that two exports cannot be linked.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(32) if key is None else key

    def __call__(self, uid: str) -> str:
        """The UID in ``uid``'s place (root 2.25, PS3.5 B.2); standard ones and none stay."""
        if not uid or uid.startswith(_STANDARD_UIDS):
            return uid
        return f"2.25.{int.from_bytes(self._digest(uid)[:16], 'big')}"

    def name(self, text: str) -> str:
        """An identifier in ``text``'s place, such as a patient ID."""
        return f"ANON-{self._digest(text).hex()[:12].upper()}"

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()


def deidentified_header(header: Dataset, uids: UidMap) -> Dataset:
    """A copy of a source header after the profile; what was unsound in it goes, too.

    Args:
        header: of a CT image.
        uids: of this export.
    """
    clean = Dataset()
    clean.update({element.tag: element for element in _kept(header, uids)})
    clean.PatientName = NOBODY
    clean.PatientID = uids.name(f"{header.get('PatientID', '')}")
    if "SeriesDescription" in clean:
        del clean.SeriesDescription
    state(clean)
    return clean


def without_identity(dataset: Dataset) -> None:
    """Apply the profile in place to an object of ours; its UIDs are new already, as its source's are."""
    kept = _kept(dataset, lambda uid: uid)
    for element in list(dataset):
        del dataset[element.tag]
    dataset.update({element.tag: element for element in kept})
    state(dataset)


def state(dataset: Dataset) -> None:
    """Say what was done (PS3.3 C.7.1.1 and C.12.1)."""
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.DeidentificationMethodCodeSequence = []
    for value, meaning in _METHOD_CODES:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
        dataset.DeidentificationMethodCodeSequence.append(item)
    dataset.LongitudinalTemporalInformationModified = "REMOVED"


def _kept(dataset: Dataset, uids: Callable[[str], str]) -> list[DataElement]:
    """The elements that stay, as they stay; sequences are walked down to their last item."""
    kept = []
    for tag in sorted(dataset.keys()):
        keyword = keyword_for_tag(tag)
        action = ACTIONS.get(keyword, "")
        if tag.is_private or not keyword or action == "X":
            continue
        try:
            with quiet_pydicom():
                element = dataset[tag]
        except PydicomError:
            continue  # what cannot be read cannot be told to be harmless
        if action:
            empty = [] if element.VR == "SQ" else ""
            value = DUMMIES[keyword] if action == "D" else empty
            kept.append(DataElement(element.tag, element.VR, value))
        elif element.VR == "SQ":
            items = []
            for item in element.value:
                clean = Dataset()
                clean.update({inner.tag: inner for inner in _kept(item, uids)})
                items.append(clean)
            kept.append(DataElement(element.tag, "SQ", items))
        elif element.VR == "UI":
            stated = element.value
            several = isinstance(stated, MultiValue | list)
            new = [uids(str(one)) for one in stated] if several else uids(str(stated or ""))
            kept.append(DataElement(element.tag, "UI", new))
        elif element.VR not in _WORDS or keyword in OUR_WORDS:
            kept.append(element)
    return kept
