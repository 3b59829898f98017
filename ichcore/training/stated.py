"""A recipe as text that stays the same when a later version of the program gives it one more default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any


def stated(value: Any) -> str:
    """Like ``repr``, without the fields of dataclasses that stand at their defaults.

    Args:
        value: dataclasses, mappings, sequences and what ``repr`` is exact for.
    """
    if is_dataclass(value) and not isinstance(value, type):
        said = [f"{f.name}={stated(getattr(value, f.name))}" for f in fields(value) if not _default(f, value)]
        return f"{type(value).__name__}({', '.join(said)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {stated(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "(" + ", ".join(stated(one) for one in value) + ")"
    return repr(value)


def _default(of: Field[Any], value: Any) -> bool:
    """Whether a field stands at its default."""
    has = getattr(value, of.name)
    if of.default is not MISSING:
        return bool(has == of.default)
    return of.default_factory is not MISSING and bool(has == of.default_factory())
