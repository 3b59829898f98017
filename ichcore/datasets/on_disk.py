"""Sets that a folder alone describes, by the name that commands and recipes call them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ichcore.datasets.labelled import CaseSource

SOURCES: Mapping[str, str] = {
    "cq500": "ichcore.datasets.cq500:Cq500",
    "bhsd": "ichcore.datasets.bhsd:Bhsd",
    "bcihm": "ichcore.datasets.bcihm:Bcihm",
    "phe-sich": "ichcore.datasets.phe_sich:PheSich",
    "bleed-free": "ichcore.datasets.bleed_free:BleedFree",
    "phantom-folder": "ichcore.datasets.phantom_folder:PhantomFolder",
}
"""Kind → ``module:class``."""


def set_on_disk(kind: str, folder: Path) -> CaseSource:
    """The reader of a set.

    Raises:
        InputError: if there is no such kind.
    """
    if kind not in SOURCES:
        raise InputError(f"{kind!r} is no kind of set; expected one of {', '.join(SOURCES)}.")
    module, _, name = SOURCES[kind].partition(":")
    source: CaseSource = getattr(import_module(module), name)(folder)
    return source
