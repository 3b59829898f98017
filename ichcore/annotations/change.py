"""Old and new of one thing that is not a voxel: an answer, a box, a note, or what was begun with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ichcore.annotations.annotation import LabelledBox
from ichcore.annotations.answer import Answer, Said, Verdict
from ichcore.annotations.contents import Suggestion
from ichcore.masks.edits.origin import Origin

if TYPE_CHECKING:
    from ichcore.annotations.contents import Contents

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class AnswerChange:
    """What is said of a class in a slice, or in the study where ``index`` is ``None``."""

    index: int | None
    name: str
    old: Said | None
    new: Said | None

    def apply(self, contents: Contents) -> None:
        """Have the new answer."""
        _put(contents.answers, (self.index, self.name), self.new)

    def reversed(self) -> AnswerChange:
        """The change back."""
        return replace(self, old=self.new, new=self.old)

    def onto(self, contents: Contents) -> AnswerChange:
        """The same new answer, given where something else may stand by now."""
        return replace(self, old=contents.answers.get((self.index, self.name)))


@dataclass(frozen=True)
class BoxChange:
    """A box that is drawn (no old one), moved, or taken away (no new one)."""

    number: int
    old: LabelledBox | None
    new: LabelledBox | None

    def apply(self, contents: Contents) -> None:
        """Have the new box."""
        _put(contents.boxes, self.number, self.new)

    def reversed(self) -> BoxChange:
        """The change back."""
        return replace(self, old=self.new, new=self.old)

    def onto(self, contents: Contents) -> BoxChange:
        """The same new box, where another of its number may stand by now."""
        return replace(self, old=contents.boxes.get(self.number))


@dataclass(frozen=True)
class NoteChange:
    """The text on a slice, or on the study where ``index`` is ``None``."""

    index: int | None
    old: str | None
    new: str | None

    def apply(self, contents: Contents) -> None:
        """Have the new text."""
        _put(contents.notes, self.index, self.new)

    def reversed(self) -> NoteChange:
        """The change back."""
        return replace(self, old=self.new, new=self.old)

    def onto(self, contents: Contents) -> NoteChange:
        """The same new text, where another may stand by now."""
        return replace(self, old=contents.notes.get(self.index))


@dataclass(frozen=True)
class SuggestionChange:
    """The model whose mask is taken as a beginning."""

    old: Suggestion | None
    new: Suggestion | None

    def apply(self, contents: Contents) -> None:
        """Have the new one."""
        contents.suggestion = self.new

    def reversed(self) -> SuggestionChange:
        """The change back."""
        return replace(self, old=self.new, new=self.old)

    def onto(self, contents: Contents) -> SuggestionChange:
        """The same beginning, where another may be stated by now."""
        return replace(self, old=contents.suggestion)


Change = AnswerChange | BoxChange | NoteChange | SuggestionChange


def to_json(change: Change) -> list[Any]:
    """As a list that JSON holds: what it is of, its key, old, new."""
    match change:
        case AnswerChange(index, name, old, new):
            return ["answer", [index, name], _plain(old), _plain(new)]
        case BoxChange(number, old_box, new_box):
            return ["box", number, _plain(old_box), _plain(new_box)]
        case NoteChange(index, old_note, new_note):
            return ["note", index, old_note, new_note]
        case SuggestionChange(old_suggestion, new_suggestion):
            return ["suggestion", None, _plain(old_suggestion), _plain(new_suggestion)]


def from_json(stated: list[Any]) -> Change:
    """Read a change back.

    Raises:
        ValueError: if it is none of the four; also :class:`KeyError` or :class:`TypeError` where one is
            not whole.
    """
    what, key, old, new = stated
    match what:
        case "answer":
            index, name = key
            return AnswerChange(index, name, _said(old), _said(new))
        case "box":
            return BoxChange(int(key), _box(old), _box(new))
        case "note":
            return NoteChange(key, old, new)
        case "suggestion":
            return SuggestionChange(_suggestion(old), _suggestion(new))
    raise ValueError(f"{what!r} is not an answer, a box, a note or a suggestion")


def changes_of(contents: Contents) -> tuple[Change, ...]:
    """The changes that bring all but the mask from nothing to these contents."""
    begun = contents.suggestion
    return (
        *(AnswerChange(*key, None, said) for key, said in contents.answers.items()),
        *(BoxChange(number, None, box) for number, box in contents.boxes.items()),
        *(NoteChange(index, None, text) for index, text in contents.notes.items()),
        *((SuggestionChange(None, begun),) if begun is not None else ()),
    )


def _put(where: dict[K, V], key: K, value: V | None) -> None:
    if value is None:
        where.pop(key, None)
    else:
        where[key] = value


def _plain(value: Said | LabelledBox | Suggestion | None) -> dict[str, Any] | None:
    return None if value is None else asdict(value)


def _said(stated: dict[str, Any] | None) -> Said | None:
    if stated is None:
        return None
    verdict = stated["verdict"]
    return Said(
        Answer(stated["answer"]),
        stated["reader"],
        stated["at"],
        stated["model"],
        None if verdict is None else Verdict(verdict),
    )


def _box(stated: dict[str, Any] | None) -> LabelledBox | None:
    if stated is None:
        return None
    row0, column0, row1, column1 = stated["rectangle"]
    return LabelledBox(
        stated["index"],
        stated["name"],
        (row0, column0, row1, column1),
        Origin(stated["origin"]),
        stated.get("model", ""),  # older journals do not name it
    )


def _suggestion(stated: dict[str, Any] | None) -> Suggestion | None:
    return None if stated is None else Suggestion(stated["model"], stated["threshold"])
