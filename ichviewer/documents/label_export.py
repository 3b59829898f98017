"""Labels as files: what is to be written is gathered, written, read back and compared in the background."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ichcore.errors import IchError
from ichviewer.documents.busy import Busy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ichcore.annotations.annotation import Annotation
    from ichcore.export.certificate import Certificate
    from ichcore.export.material import Material
    from ichcore.models.card import Card
    from ichcore.predict.prediction import Prediction
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.inference import Inference

KEY = "label-export"
FORMATS = ("seg", "sr", "pmap", "nifti", "coco", "rsna", "nnunet", "bundle")
"""In the order in which they are offered; names of :data:`ichcore.export.formats.FORMATS`."""


@dataclass(frozen=True)
class ExportChoice:
    """What the reader ticked.

    Attributes:
        formats: names of :data:`FORMATS`.
        from_model: the model's suggestion instead of the reader's annotation.
        deidentified: take the patient out first.
    """

    formats: frozenset[str] = frozenset(("seg", "bundle"))
    from_model: bool = False
    deidentified: bool = False


class LabelExport(QObject):
    """One export at a time; what became of the last one stays until the next."""

    changed = Signal()
    """The choice, or what became of an export."""
    busy_changed = Signal()

    def __init__(
        self, jobs: Jobs, inference: Inference, annotating: Annotating, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._inference, self._annotating = jobs, inference, annotating
        self.choice = ExportChoice()
        self.busy: Busy | None = None
        self.certificate: Certificate | None = None
        """Of the last export; ``None`` where there is none or it failed."""
        self.target: Path | None = None
        """The folder of the last export."""
        self.trouble = ""
        """Why the last export failed, in one sentence."""
        self.final: Annotation | None = None
        """An adjudication that is over: it is exported in place of a read that it decided upon."""

    def choose(self, **changes: Any) -> None:
        """Tick something else, such as ``choose(deidentified=True)``."""
        choice = replace(self.choice, **changes)
        if choice != self.choice:
            self.choice = choice
            self.changed.emit()

    def forget(self) -> None:
        """Another series: what was exported of the one before is no news any more."""
        self.certificate, self.target, self.trouble = None, None, ""
        self.changed.emit()

    def why_not(self, case: Case | None) -> str:
        """Why the choice cannot be exported now, in one sentence; empty where it can."""
        choice, annotating = self.choice, self._annotating
        prediction = None if case is None else case.prediction
        spoken = prediction is not None and bool(prediction.done.all())
        reasons = (
            (case is None, "Open a study first."),
            (not choice.formats, "Tick a format first."),
            (choice.from_model and not spoken, "The model has not gone through the series yet (F5)."),
            (
                "pmap" in choice.formats and not spoken,
                "A Parametric Map holds the model's heat maps; predict the series first (F5).",
            ),
            (
                not choice.from_model and not annotating.exists,
                "Nothing is annotated yet; answer, draw or import something first.",
            ),
            (
                not choice.from_model and not annotating.saved,
                "The last step is not on the disk yet; export in a moment.",
            ),
        )
        return next((sentence for holds, sentence in reasons if holds), "")

    def start(self, case: Case, source: Path | None, target: Path, card: Card | None) -> None:
        """Write the chosen formats into a folder.

        Args:
            case: the open case.
            source: what it was opened from; ``None`` for one that never was a file.
            target: a new or empty folder, or one of an earlier export.
            card: of the shown model.
        """
        self.certificate, self.target, self.trouble = None, target, ""
        prediction = case.prediction
        if prediction is not None and not prediction.done.all():
            prediction = None
        if prediction is not None:
            prediction = replace(prediction, thresholds=case.thresholds.copy())
        try:
            annotation = None if self.choice.from_model else self._snapshot()
        except IchError as error:
            self._fail(str(error))
            return
        stated = card.as_json() if card is not None and prediction is not None else {}
        gather = self._gatherer(case, annotation, prediction, stated)
        choice = self.choice
        self._say(Busy("Exporting labels"))
        needs_device = choice.from_model or "pmap" in choice.formats

        def write(material: Material) -> None:
            self._write(material, source, target, choice)

        self._jobs.submit(
            "device" if needs_device else "io",
            gather,
            key=KEY,
            done=write,
            failed=self._fail,
            stopped=self._stopped,
            progressed=self._progress,
        )

    def cancel(self) -> None:
        """Stop; the folder is left as it was."""
        self._jobs.cancel(KEY)

    def _snapshot(self) -> Annotation | None:
        annotation = self._annotating.annotation
        if annotation is not None and self.final is not None and annotation.read.done:
            return self.final
        return None if annotation is None else annotation.snapshot()

    def _gatherer(
        self,
        case: Case,
        annotation: Annotation | None,
        prediction: Prediction | None,
        card: dict[str, object],
    ) -> Callable[[JobContext], Material]:
        """What is gathered before anything is written, from a snapshot."""
        engine, volume, maps = self._inference.engine, case.volume, "pmap" in self.choice.formats
        settings = self._inference.masks.settings

        def gather(context: JobContext) -> Material:
            from ichcore.export.material import Material
            from ichcore.export.suggestion import as_annotation, with_maps

            def step(done: int, total: int, message: str = "") -> None:
                context.progress(done, total, message)
                context.let_urgent_pass()

            told = annotation
            if told is None:
                if prediction is None:
                    raise IchError("The model has said nothing of this series, so nothing is exported.")
                segmenter = engine.segmenter(prediction.model_name)
                pointing = segmenter.point(
                    volume, prediction, thresholds=prediction.thresholds, cancel=context.cancel
                )
                labels = segmenter.labels(
                    pointing, settings.chain, draw=settings.draw, progress=step, cancel=context.cancel
                )
                told = as_annotation(labels, prediction)
            material = Material(volume, told, prediction, card=card)
            if maps and prediction is not None:
                model = engine.model(prediction.model_name)
                material = with_maps(
                    material, model, prediction=prediction, progress=step, cancel=context.cancel
                )
            return material

        return gather

    def _write(self, material: Material, source: Path | None, target: Path, choice: ExportChoice) -> None:
        names = [name for name in FORMATS if name in choice.formats]

        def work(context: JobContext) -> Certificate:
            from ichcore.export.completing import completed
            from ichcore.export.exporting import export

            whole = completed(material, source, names, deidentify=choice.deidentified, cancel=context.cancel)
            return export(
                whole,
                target,
                names,
                deidentified=choice.deidentified,
                progress=context.progress,
                cancel=context.cancel,
            )

        def done(certificate: Certificate) -> None:
            self.certificate = certificate
            self._say(None)
            self.changed.emit()

        self._jobs.submit(
            "io",
            work,
            key=KEY,
            done=done,
            failed=self._fail,
            stopped=self._stopped,
            progressed=self._progress,
        )

    def _progress(self, done: int, total: int, _: str) -> None:
        self._say(Busy("Exporting labels", done, total))

    def _fail(self, sentence: str) -> None:
        self.trouble = sentence
        self._say(None)
        self.changed.emit()

    def _stopped(self) -> None:
        self._fail("Stopped; nothing was saved.")

    def _say(self, busy: Busy | None) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit()
