"""What ``--data`` names: the phantoms of a recipe's test set, or a set on disk as ``KIND:FOLDER``."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from ichcore.datasets.on_disk import SOURCES, set_on_disk
from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.card import Card
    from ichcore.progress import Progress

PHANTOMS = "phantom-folder"

Data = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="SET",
        help=f"A recipe, for the phantoms of its test set, or KIND:FOLDER ({', '.join(SOURCES)}).",
    ),
]
Split = Annotated[
    Path | None, typer.Option("--split", metavar="FILE", help="A split of the set; only its --part is used.")
]
Part = Annotated[str, typer.Option("--part", metavar="NAME", help="Part of the split.")]


@dataclass(frozen=True)
class LabelledSet:
    """What to score a model on.

    Attributes:
        data: as given.
        root: where sets on a model's grid are kept; ``None`` for the user's cache.
        split: a split file, for sets on disk.
        part: which part of it.
        workers: processes that make or read cases.
    """

    data: str
    root: Path | None = None
    split: Path | None = None
    part: str = "test"
    workers: int = 1

    @property
    def phantoms(self) -> bool:
        """Whether its heads are synthetic."""
        kind, colon, _ = self.data.partition(":")
        return not colon or kind not in SOURCES or kind == PHANTOMS

    def cases(self, card: "Card", progress: "Progress | None") -> "Sequence[CaseFiles]":
        """The cases on a model's grid, as it is given them; the same heads for every model.

        Raises:
            InputError: if the set, the split or its part is not there.
        """
        found = self._found(card, progress)
        if not card.brain_level:
            return found
        from ichcore.datasets.levelled import levelled

        return levelled(found)

    def _found(self, card: "Card", progress: "Progress | None") -> "Sequence[CaseFiles]":
        root = self.root or platformdirs.user_cache_path("ichviewer", appauthor=False) / "sets"
        kind, colon, folder = self.data.partition(":")
        if colon and kind in SOURCES:
            return self._on_disk(kind, Path(folder), card, root, progress)
        if self.split is not None:
            raise InputError("--split is for sets on disk; a recipe names its own test set.")
        from ichcore.datasets.phantom_set import make_phantom_set
        from ichcore.training.recipe import read_recipe

        spec = replace(read_recipe(self.data).test_phantoms, size=card.size, pixel_mm=card.pixel_mm)
        return make_phantom_set(spec, root / spec.folder_name, workers=self.workers, progress=progress)

    def _on_disk(
        self, kind: str, folder: Path, card: "Card", root: Path, progress: "Progress | None"
    ) -> "list[CaseFiles]":
        from ichcore.datasets.cache import cache_set
        from ichcore.datasets.placing import Grid
        from ichcore.datasets.splits import read_split

        grid = Grid(card.size, card.pixel_mm)
        cases = cache_set(
            set_on_disk(kind, folder, root), grid, root, workers=self.workers, progress=progress
        ).cases
        if self.split is not None:
            cases = read_split(self.split, cases).select(cases, self.part)
        if not cases:
            raise InputError(f"{folder} holds no case of {kind} that can be read.")
        return cases
