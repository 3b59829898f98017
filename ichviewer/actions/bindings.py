"""Which keys do what: the table's defaults under the reader's own choices, and where two collide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from ichviewer.actions.table import ACTIONS, BY_IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichviewer.base.settings import Settings

Keys = tuple[str, ...]


def portable(key: str) -> str:
    """A key in Qt's portable text, such as ``Ctrl+Shift+N``; empty for what is no key."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def shown(key: str) -> str:
    """A key as this platform writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def keys_of(identifier: str, own: Mapping[str, Keys]) -> Keys:
    """Keys that run an action: the reader's, else the table's."""
    return own[identifier] if identifier in own else BY_IDENTIFIER[identifier].shortcuts


def first_key(identifier: str, own: Mapping[str, Keys]) -> str:
    """The first key that runs an action, as this platform writes it; empty where it has none."""
    keys = keys_of(identifier, own)
    return shown(keys[0]) if keys else ""


def conflicts(own: Mapping[str, Keys]) -> dict[str, tuple[str, ...]]:
    """Keys bound to more than one action, with the identifiers that want them."""
    users: dict[str, list[str]] = {}
    for spec in ACTIONS:
        for key in keys_of(spec.identifier, own):
            users.setdefault(portable(key), []).append(spec.identifier)
    return {key: tuple(names) for key, names in users.items() if key and len(names) > 1}


def user_of(key: str, own: Mapping[str, Keys]) -> str | None:
    """The action that a key runs now; ``None`` if it is free."""
    wanted = portable(key)
    for spec in ACTIONS:
        if wanted in [portable(each) for each in keys_of(spec.identifier, own)]:
            return spec.identifier
    return None


def rebind(settings: Settings, identifier: str, keys: Keys, *, take_over: bool = False) -> tuple[str, ...]:
    """Bind an action to other keys.

    Args:
        settings: where the choice is kept.
        identifier: of the action.
        keys: its new keys; empty for none.
        take_over: whether a key that another action has is taken from it.

    Returns:
        Identifiers of the actions that had one of the keys. Unless ``take_over``, nothing was changed if
        there is any.

    Raises:
        KeyError: if there is no such action.
    """
    if identifier not in BY_IDENTIFIER:
        raise KeyError(identifier)
    own = dict(settings.preferences.key_bindings)
    wanted = tuple(dict.fromkeys(p for p in (portable(key) for key in keys) if p))
    own[identifier] = ()
    losers = tuple(dict.fromkeys(u for u in (user_of(key, own) for key in wanted) if u is not None))
    if losers and not take_over:
        return losers
    for loser in losers:
        own[loser] = tuple(key for key in keys_of(loser, own) if portable(key) not in wanted)
    own[identifier] = wanted
    settings.change(key_bindings=_without_defaults(own))
    return losers


def reset(settings: Settings, identifier: str | None = None) -> None:
    """Give one action, or all of them, their default keys back."""
    own = dict(settings.preferences.key_bindings)
    if identifier is None:
        own.clear()
    else:
        own.pop(identifier, None)
    settings.change(key_bindings=own)


def _without_defaults(own: Mapping[str, Keys]) -> dict[str, Keys]:
    return {
        name: keys
        for name, keys in own.items()
        if [portable(k) for k in keys] != [portable(k) for k in BY_IDENTIFIER[name].shortcuts]
    }
