"""The cases that a retraining held back, ordered by how much old and new model differ on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichviewer.documents.busy import Busy
from ichviewer.documents.old_and_new import Side
from ichviewer.documents.torch_import import import_engine

if TYPE_CHECKING:
    from ichcore.volume import Volume
    from ichviewer.base.jobs import JobContext
    from ichviewer.documents.old_and_new import OldAndNew
    from ichviewer.documents.workspace import Workspace

KEY, OPEN = "held-back", "held-back-open"


@dataclass(frozen=True)
class HeldBackCase:
    """A bundle of a patient who never taught the new model.

    Attributes:
        folder: of the bundle.
        patient: whose it is.
        slices: on how many a flag differs.
        largest: largest difference of a probability, 0 to 1.
        first: the first slice on which a flag differs; ``None`` where none does.
    """

    folder: Path
    patient: str
    slices: int
    largest: float
    first: int | None


class HeldBackCases(QObject):
    """Goes through the held-back bundles with both models when asked, and opens one of them.

    Args:
        workspace: in which a case is opened.
        old_and_new: which two models.
        parent: owner.
    """

    changed = Signal()
    failed = Signal(str)
    """One sentence."""

    def __init__(self, workspace: Workspace, old_and_new: OldAndNew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._said = workspace, old_and_new
        self._cases: dict[Path, HeldBackCase] = {}
        self._run = ""
        self.busy: Busy | None = None
        """How far it is; ``None`` where it rests."""

    @property
    def cases(self) -> tuple[HeldBackCase, ...]:
        """Those that both models went through, most changed first."""
        if self._run != self._said.name(Side.NEW):
            return ()
        return tuple(sorted(self._cases.values(), key=lambda one: (-one.slices, -one.largest, one.folder)))

    def start(self) -> None:
        """Go through all of them; those of before are gone through again."""
        request, run = self._workspace.retraining.request, self._said.name(Side.NEW)
        if request is None or self._workspace.retraining.gone:
            return
        self._cases.clear()
        self._run = run
        bundles, engine = Path(request.bundles), self._said.engine
        names = {side: self._said.name(side) for side in Side}

        def work(context: JobContext) -> int:
            import_engine()
            from ichcore.datasets.bundle import Bundles
            from ichcore.datasets.holding_back import SHARE, is_held_back
            from ichcore.export.bundle_reading import read_bundle
            from ichcore.predict.flag_changes import flag_changes, largest_change

            found, _ = Bundles(bundles).cases()
            held = [case for case in found if is_held_back(case.patient, SHARE)]
            for at, case in enumerate(held):
                context.progress(at, len(held))
                volume = read_bundle(case.folder).volume
                old, new = (
                    engine.predictor(names[side]).predict(volume, cancel=context.cancel) for side in Side
                )
                changes = flag_changes(old, new)
                slices = sorted({change.index for change in changes})
                largest = largest_change(old, new)
                first = slices[0] if slices else None
                context.post(HeldBackCase(case.folder, case.patient, len(slices), largest, first))
                context.let_urgent_pass()
            return len(held)

        def streamed(case: HeldBackCase) -> None:
            self._cases[case.folder] = case
            self.changed.emit()

        def done(count: int) -> None:
            self._say(None)
            if not count:
                self.failed.emit(self.tr("No patient was held back: there were too few."))

        self._say(Busy("Going through held-back cases"))
        self._workspace.jobs.submit(
            "device",
            work,
            key=KEY,
            done=done,
            failed=self._fail,
            stopped=lambda: self._say(None),
            streamed=streamed,
            progressed=lambda at, total, _: self._say(Busy("Going through held-back cases", at, total)),
        )

    def stop(self) -> None:
        """Stop; what is known stays."""
        self._workspace.jobs.drop(KEY)
        self._say(None)

    def open(self, case: HeldBackCase) -> None:
        """Show a case, on the first slice whose flag differs."""
        workspace, folder = self._workspace, case.folder

        def work(_: JobContext) -> Volume:
            from ichcore.export.bundle_reading import read_bundle

            return read_bundle(folder).volume

        def done(volume: Volume) -> None:
            workspace.show_volume(volume)
            if case.first is not None:
                workspace.view.go_to_slice(case.first)

        workspace.jobs.submit("io", work, key=OPEN, done=done, failed=self._fail)

    def _fail(self, sentence: str) -> None:
        self._say(None)
        self.failed.emit(sentence)

    def _say(self, busy: Busy | None) -> None:
        if busy != self.busy:
            self.busy = busy
            self.changed.emit()
