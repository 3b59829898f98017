"""Fuzzy matching for the palette: letters in order, better where they start words or stand together."""

from __future__ import annotations

START_OF_TEXT = 12
START_OF_WORD = 8
TOGETHER = 5
GAP = 1


def score(query: str, text: str) -> int | None:
    """How well ``query`` fits ``text``, higher is better; ``None`` if its letters are not all there in order.

    Spaces in the query separate words, each of which must be found, in any order. An empty query fits
    everything equally.
    """
    total = 0
    lowered = text.lower()
    for word in query.lower().split():
        best = _word_score(word, lowered)
        if best is None:
            return None
        total += best
    return total


def _word_score(word: str, text: str) -> int | None:
    """The best of matching ``word`` as it stands, and as letters in order from each place it could start."""
    found = [_from(word, text, at) for at, letter in enumerate(text) if letter == word[0]]
    scores = [value for value in found if value is not None]
    return max(scores) if scores else None


def _from(word: str, text: str, start: int) -> int | None:
    total, at, previous = 0, start, start - 1
    for letter in word:
        at = text.find(letter, at)
        if at < 0:
            return None
        if at == 0:
            total += START_OF_TEXT
        elif not text[at - 1].isalnum():
            total += START_OF_WORD
        if at == previous + 1 and at != start:
            total += TOGETHER
        else:
            total -= min(GAP * max(at - previous - 1, 0), 6)
        previous, at = at, at + 1
    return total


def contains(query: str, text: str) -> bool:
    """Whether every word of ``query`` stands in ``text``; narrows a list that stays in order."""
    lowered = text.lower()
    return all(word in lowered for word in query.lower().split())
