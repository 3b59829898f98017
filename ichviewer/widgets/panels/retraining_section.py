"""Retraining: choose bundles, watch the run, see old beside new, and only then use the new one."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QProgressBar, QWidget

from ichcore.training.run_state import Phase
from ichviewer.documents.retraining import Request
from ichviewer.widgets.controls.command_row import CommandRow
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from ichcore.models.card import Card
    from ichcore.training.run_state import RunState
    from ichviewer.documents.retraining import Retraining

TAUGHT_BY_SLICES = frozenset({"window_fusion"})
"""Architectures that labels and masks of single slices teach, as bundles hold them."""
FIGURES = {"auc any": "AUC any", "auc_mean": "AUC mean", "log_loss": "log loss"}
"""Figures of the table; the card has all."""


class RetrainingSection(Section):
    """Shows the newest run of the workspace's retraining.

    Args:
        retraining: the document.
        shown: the card of the shown model, which is the one to learn on where bundles can teach it.
        parent: owner.
    """

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(
        self,
        retraining: Retraining,
        shown: Callable[[], Card | None] = lambda: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("Retraining"), parent, opened=False)
        self._retraining, self._shown = retraining, shown
        self.start = CommandRow(
            self.tr("Learn from bundles…"),
            self.tr("Exported bundles teach the model"),
            self.content,
        )
        self.stop = CommandRow(self.tr("Stop"), self.tr("It can go on later from where it was"), self.content)
        self.go_on = CommandRow(self.tr("Go on"), self.tr("From where the last run stopped"), self.content)
        self.look = CommandRow(
            self.tr("Look at both on this case"),
            self.tr("Old and new side by side, before you decide"),
            self.content,
        )
        self.use = CommandRow(
            self.tr("Use the new one"),
            self.tr("Install it beside the others; none is replaced"),
            self.content,
        )
        self.words = wrapped("small", self.content)
        self.bar = QProgressBar(self.content)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.table = QWidget(self.content)
        self._grid = QGridLayout(self.table)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        for widget in (
            self.start,
            self.go_on,
            self.stop,
            self.words,
            self.bar,
            self.table,
            self.look,
            self.use,
        ):
            self.body.addWidget(widget)
        self.start.clicked.connect(self._choose)
        self.stop.clicked.connect(retraining.stop)
        self.go_on.clicked.connect(retraining.go_on)
        self.look.clicked.connect(lambda: self.action_requested.emit("model.old_and_new"))
        self.use.clicked.connect(self._use)
        retraining.changed.connect(self.refresh)
        retraining.installed.connect(lambda _name: self.refresh())
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """How far it came while nobody looked."""
        super().showEvent(event)
        self._retraining.look()
        self.refresh()  # another model may be shown by now

    def begin(self, folder: Path, judge: tuple[str, ...] = ()) -> None:
        """Start a run on the bundles of a folder."""
        self._retraining.start(Request(str(folder), model=self._learner(), judge=judge))

    def _learner(self) -> str:
        """Name of the model that would learn; empty for the one that the recipe names."""
        card = self._shown()
        return card.name if card is not None and card.architecture in TAUGHT_BY_SLICES else ""

    def refresh(self) -> None:
        """Show the run as it stands."""
        run, state = self._retraining, self._retraining.state
        self.start.setEnabled(run.available and not run.running)
        self.stop.setVisible(run.running)
        self.go_on.setVisible(run.can_go_on and run.available)
        self.use.setVisible(run.run is not None)
        self.use.setEnabled(run.can_use)
        self.look.setVisible(run.can_use)
        self.words.setText(self._words(state))
        self.bar.setVisible(run.running)
        total = state.total if state is not None else 0
        self.bar.setRange(0, total)
        self.bar.setValue(min(state.done, total) if state is not None else 0)
        self._fill(() if state is None else state.compared)
        self.set_aside(self._aside(state))

    def _words(self, state: RunState | None) -> str:
        run = self._retraining
        if not run.available:
            return self.tr("This installation cannot train; install ichviewer with pip to do so.")
        if state is None or (run.running and not state.goes_on()):
            return self.tr("Starting…") if run.running else self._before()
        ended = {
            Phase.FAILED: state.message,
            Phase.STOPPED: self.tr("Stopped; it can go on from where it was."),
            Phase.DONE: self.tr(
                "Old and new model on cases that neither learned from, with 95 % intervals of the gain. "
                "A gain whose interval holds zero is not told apart from none."
            ),
        }
        if state.killed:
            return self.tr("The run ended before it was done; it can go on from where it was.")
        count = f" {state.done}/{state.total}" if state.total else ""
        return ended.get(state.phase, f"{state.message or self.tr('Starting')}{count}")

    def _before(self) -> str:
        words = self.tr(
            "A quarter of the patients is held back to judge old and new model. Training goes on when the "
            "window is closed."
        )
        learner = self._learner()
        return f"{self.tr('{model} learns on.').format(model=learner)} {words}" if learner else words

    def _aside(self, state: RunState | None) -> str:
        if state is None or not self._retraining.running:
            return ""
        return {Phase.TRAINING: self.tr("training"), Phase.COMPARING: self.tr("comparing")}.get(
            state.phase, ""
        )

    def _fill(self, compared: tuple[dict[str, Any], ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        row = 0
        for entry in compared:
            patients = self.tr("{data}, {count} patients").format(data=entry["data"], count=entry["patients"])
            self._place(row, (patients, self.tr("old"), self.tr("new")), "muted")
            row += 1
            for name, shown in FIGURES.items():
                one = entry["differences"].get(name)
                if one is None:
                    continue
                low, high = one["gain_interval"]
                if not all(v is not None and math.isfinite(v) for v in (one["a"], one["b"], low, high)):
                    continue  # the set does not support this figure
                self._place(row, (shown, f"{one['a']:.3f}", f"{one['b']:.3f}"), "small")
                gain = self.tr("gain {gain:+.3f}, {low:+.3f} to {high:+.3f}")
                self._place(row + 1, (gain.format(gain=one["gain"], low=low, high=high),), "small")
                row += 2
        self.table.setVisible(bool(compared))

    def _place(self, row: int, texts: tuple[str, ...], role: str) -> None:
        for column, text in enumerate(texts):
            label = wrapped(role, self.table, text)
            label.setWordWrap(False)
            if column:
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label, row, column, 1, 1 if len(texts) > 1 else 3)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of bundles"))
        if folder:
            self.begin(Path(folder))

    def _use(self) -> None:
        self._retraining.use(self._retraining.suggested_name)
