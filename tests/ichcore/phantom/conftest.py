"""Cases made once a session; small, since each costs about a second."""

from __future__ import annotations

import pytest

from ichcore.phantom import PhantomCase, make_case
from ichcore.subtypes import SUBTYPES


@pytest.fixture(scope="session")
def blank() -> PhantomCase:
    return make_case(5, subtypes=(), slices=12, size=256)


@pytest.fixture(scope="session")
def mixed() -> PhantomCase:
    return make_case(11, subtypes=("epidural", "subdural"), slices=20, size=128)


@pytest.fixture(scope="session")
def all_in_one() -> list[PhantomCase]:
    """Six heads with all five subtypes each."""
    return [make_case(900 + seed, subtypes=SUBTYPES, slices=24, size=160) for seed in range(6)]
