"""What a map with spatial context depends on beside its own slice: the flags of the slices around it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ichcore.explain.method import WITH_CONTEXT
from ichcore.explain.slab_context import SlabContext
from ichcore.predict.slabs import Slabs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.volume import Geometry
    from ichviewer.documents.case import Case


def flags_around(case: Case, index: int, methods: Iterable[str]) -> bytes:
    """Flags of the slices that may have a say in the maps of slice ``index``; empty where none has.

    Args:
        case: predicted, be it in part.
        index: slice of the series.
        methods: of the maps; those of a slice alone hear nobody.
    """
    if WITH_CONTEXT.keys().isdisjoint(methods):
        return b""
    return case.flags()[_context(case.volume.geometry).within_reach(index)].tobytes()


@lru_cache(maxsize=1)
def _context(geometry: Geometry) -> SlabContext:
    """Of a series; a step through its slices asks for it many times."""
    return SlabContext.of(Slabs.for_geometry(geometry), geometry)
