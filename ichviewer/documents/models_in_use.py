"""Which of the installed models are in use: one is shown; others may be ticked to run beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.errors import CheckpointError

if TYPE_CHECKING:
    from ichcore.models.card import Card
    from ichviewer.base.settings import Settings

MOST = 4
"""Models that may be ticked; more could not be told apart in a row."""


class ModelsInUse(QObject):
    """Cards of the installed models, the shown one, and those ticked.

    While fewer than two are ticked, choosing a model replaces the one before; with more, it only changes
    which of them is shown, and a model that was not ticked joins them.
    """

    changed = Signal()
    """Other models are installed, or others are ticked."""
    shown_changed = Signal()
    """Another model is shown, or the same among others that are ticked."""
    chosen = Signal()
    """The reader chose or ticked models, and everybody has heard which; not when others are installed."""
    failed = Signal(str)
    """No such model; one sentence."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._cards: tuple[Card, ...] = ()
        self._shown = ""
        self._ticked: tuple[str, ...] = ()

    @property
    def cards(self) -> tuple[Card, ...]:
        """Cards of the installed models that predict, the default first."""
        return self._cards

    @property
    def shown(self) -> str:
        """Name of the model that is shown; empty where none is installed."""
        return self._shown

    @property
    def card(self) -> Card | None:
        """Card of the shown model."""
        return next((card for card in self._cards if card.name == self._shown), None)

    @property
    def ticked(self) -> tuple[str, ...]:
        """Names of the models that are run, in the order of the cards; the shown one is always among them."""
        return self._ticked

    @property
    def comparing(self) -> bool:
        """Whether several models are in use."""
        return len(self._ticked) > 1

    def refresh(self) -> None:
        """Look for installed checkpoints again; the shown one stays, else the preferred, else the first."""
        from ichcore.models.catalogue import installed_to_predict

        before = self._shown
        wanted = before or self._settings.preferences.model_name
        self._cards = tuple(installed_to_predict())
        names = [card.name for card in self._cards]
        self._shown = wanted if wanted in names else (names[0] if names else "")
        self._set_ticked({*self._ticked, self._shown} if self.comparing else {self._shown})
        self.changed.emit()
        if self._shown != before:
            self.shown_changed.emit()

    def choose(self, name: str) -> None:
        """Show another model; while several are compared those stay ticked.

        Where as many are ticked as may be, it takes the place of the one shown before.
        """
        if name == self._shown:
            return
        if all(card.name != name for card in self._cards):
            sentence = f"There is no model {name!r}; choose one of the installed ones."
            self.failed.emit(str(CheckpointError(sentence)))
            return
        before = self._ticked
        left = {*before, name} if self.comparing else {name}
        self._set_ticked(left if len(left) <= MOST else left - {self._shown})
        self._shown = name
        self._announce(before)

    def choose_next(self) -> None:
        """Show the next of the models that are compared, or else of all."""
        names = self._ticked if self.comparing else tuple(card.name for card in self._cards)
        if self._shown in names:
            self.choose(names[(names.index(self._shown) + 1) % len(names)])

    def tick(self, name: str, *, on: bool) -> None:
        """Run a model beside the shown one, or no longer; the last one left stays.

        The model that is shown gives way to the first of those left when it is taken away.
        """
        before = self._ticked
        left = {*before, name} if on else {*before} - {name}
        if not left or len(left) > MOST:
            return
        self._set_ticked(left)
        if self._ticked == before:
            return
        if self._shown not in self._ticked:
            self._shown = self._ticked[0]
        self._announce(before)

    def _announce(self, ticked_before: tuple[str, ...]) -> None:
        if not self.comparing:  # going from one to the next must not wait for a disk
            self._settings.change(model_name=self._shown)
        if self._ticked != ticked_before:
            self.changed.emit()
        self.shown_changed.emit()
        self.chosen.emit()

    def _set_ticked(self, names: set[str]) -> None:
        self._ticked = tuple(card.name for card in self._cards if card.name in names)
