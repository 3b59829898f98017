"""Answers in words: who said it, when, and what became of the model's suggestion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from ichcore.annotations.answer import Said


def answer_sentence(said: Said | None) -> str:
    """One line for a tooltip; empty where nothing is said."""
    if said is None:
        return ""

    def tr(text: str) -> str:
        return QCoreApplication.translate("answers", text)

    when = said.at.replace("T", " ").removesuffix("Z")
    words = tr("{answer}, by {reader}, {when} UTC").format(
        answer=tr(str(said.answer)), reader=said.reader, when=when
    )
    if said.verdict is None:
        return words
    became = tr({"accepted": "accepts", "corrected": "corrects", "rejected": "rejects"}[str(said.verdict)])
    return f"{words}; " + tr("{became} what {model} suggested").format(
        became=became, model=said.model.partition("@")[0]
    )


def agrees(said: Said | None) -> bool | None:
    """Whether an answer agrees with the model; ``None`` where it said nothing."""
    if said is None or said.verdict is None:
        return None
    return str(said.verdict) == "accepted"
