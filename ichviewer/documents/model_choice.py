"""Which of the installed models are in use: one is shown; others may be ticked to run beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.models.card import Card

MOST = 4
"""Models that may be ticked; more could not be told apart in a row."""


class ModelChoice:
    """Cards of the installed models, the shown one, and those ticked.

    While fewer than two are ticked, choosing a model replaces the one before; with more, it only changes
    which of them is shown, and a model that was not ticked joins them.
    """

    def __init__(self) -> None:
        self._cards: tuple[Card, ...] = ()
        self._shown = ""
        self._ticked: tuple[str, ...] = ()

    @property
    def cards(self) -> tuple[Card, ...]:
        """Cards of the installed models, the default first."""
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
        """Names of the models in use, in the order of the cards; the shown one is always among them."""
        return self._ticked

    @property
    def comparing(self) -> bool:
        """Whether several models are in use."""
        return len(self._ticked) > 1

    def knows(self, name: str) -> bool:
        """Whether there is a model of that name."""
        return any(card.name == name for card in self._cards)

    def install(self, cards: Sequence[Card], wanted: str) -> None:
        """Other models are installed; ``wanted`` is shown if it is among them, else the first."""
        self._cards = tuple(cards)
        names = [card.name for card in self._cards]
        self._shown = wanted if wanted in names else (names[0] if names else "")
        self._set_ticked({*self._ticked, self._shown} if len(self._ticked) > 1 else {self._shown})

    def show(self, name: str) -> None:
        """Show a model; where as many are ticked as may be, it takes the place of the one shown before."""
        left = {*self._ticked, name} if self.comparing else {name}
        self._set_ticked(left if len(left) <= MOST else left - {self._shown})
        self._shown = name

    def tick(self, name: str, *, on: bool) -> None:
        """Run a model beside the shown one, or no longer; the last one left stays.

        The model that is shown gives way to the first of those left when it is taken away.
        """
        left = {*self._ticked, name} if on else {*self._ticked} - {name}
        if not left or len(left) > MOST:
            return
        self._set_ticked(left)
        if self._shown not in self._ticked:
            self._shown = self._ticked[0]

    def next(self) -> str:
        """The model to show after the shown one: the next of those ticked, of all where one is."""
        names = self._ticked if self.comparing else tuple(card.name for card in self._cards)
        return names[(names.index(self._shown) + 1) % len(names)] if self._shown in names else ""

    def _set_ticked(self, names: set[str]) -> None:
        self._ticked = tuple(card.name for card in self._cards if card.name in names)
