"""Where an export finds what a reader said of a series: the one place that asks the durable store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.annotations.annotation import Annotation
    from ichcore.volume.volume import Volume


def annotation_of(volume: Volume, store: Path | None) -> Annotation | None:
    """The newest annotation of a series.

    Args:
        volume: the series.
        store: file of the store; ``None`` for the user's own.

    Returns:
        ``None`` where the store holds none. There is no store in this version, so that is always so.
    """
    del volume, store
    return None
