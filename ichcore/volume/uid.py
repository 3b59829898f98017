"""UIDs made from what they name, where the source has none."""

from __future__ import annotations

import hashlib


def derived_uid(*parts: object) -> str:
    """A UID made from what it names: always the same for the same input (PS3.5 B.2, root 2.25)."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"
