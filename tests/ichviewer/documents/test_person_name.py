from __future__ import annotations

import pytest

from ichviewer.documents.person_name import readable_name


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("DOE^JANE", "DOE, JANE"),
        ("DOE^JANE^A^^", "DOE, JANE A"),
        ("Plain", "Plain"),
        ("", ""),
        ("A^B=X^Y", "A, B"),
        ("DOE^JANE^^Dr", "DOE, JANE Dr"),
    ],
)
def test_person_names_read_like_names(stored: str, read: str) -> None:
    assert readable_name(stored) == read
