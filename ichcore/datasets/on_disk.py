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
    "rsna": "ichcore.datasets.rsna:Rsna",
    "cq500": "ichcore.datasets.cq500:Cq500",
    "bhsd": "ichcore.datasets.bhsd:Bhsd",
    "bcihm": "ichcore.datasets.bcihm:Bcihm",
    "phe-sich": "ichcore.datasets.phe_sich:PheSich",
    "phantom-folder": "ichcore.datasets.phantom_folder:PhantomFolder",
    "bundle": "ichcore.datasets.bundle:Bundles",
    "blank": "ichcore.datasets.blank_series:BlankSeries",
}
"""Kind → ``module:class``."""
RSNA_INDEX = "rsna-headers.csv"


def set_on_disk(kind: str, folder: Path, root: Path) -> CaseSource:
    """The reader of a set.

    Args:
        kind: of :data:`SOURCES`.
        folder: where it lies.
        root: where sets on a model's grid are kept; what takes long to look up is kept beside them.

    Raises:
        InputError: if there is no such kind.
    """
    if kind not in SOURCES:
        raise InputError(f"{kind!r} is no kind of set; expected one of {', '.join(SOURCES)}.")
    module, _, name = SOURCES[kind].partition(":")
    # the headers of RSNA's million files are read once
    beside = (root / RSNA_INDEX,) if kind == "rsna" else ()
    source: CaseSource = getattr(import_module(module), name)(folder, *beside)
    return source
