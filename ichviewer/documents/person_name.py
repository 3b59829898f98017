"""Person names as people write them."""

from __future__ import annotations


def readable_name(person: str) -> str:
    """A DICOM person name for the screen: ``DOE^JANE^A^^`` becomes ``DOE, JANE A`` (PS3.5 6.2.1.1).

    Of several component groups the first, the alphabetic one, is taken.
    """
    parts = [part.strip() for part in person.split("=", maxsplit=1)[0].split("^")]
    family, rest = parts[0], " ".join(part for part in parts[1:] if part)
    return ", ".join(part for part in (family, rest) if part)
