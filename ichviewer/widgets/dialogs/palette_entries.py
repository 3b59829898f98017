"""Everything that the command palette can do: actions, windows, classes, models, series, recents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichcore.volume.window import PRESETS, Window
from ichviewer.actions.table import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ichviewer.actions.book import ActionBook
    from ichviewer.documents.workspace import Workspace

ITSELF = "help.palette"
PRESETS_WITH_ACTION = 9


@dataclass(frozen=True)
class PaletteEntry:
    """One line of the palette.

    Attributes:
        text: what it does.
        group: what kind of thing it is.
        key: the key that does the same; may be empty.
        enabled: whether it can be done now.
        run: does it.
    """

    text: str
    group: str
    key: str
    enabled: bool
    run: Callable[[], None]


def tr(text: str) -> str:
    """Screen text of this module, translatable."""
    return QCoreApplication.translate("palette", text)


def entries(workspace: Workspace, book: ActionBook) -> list[PaletteEntry]:
    """All entries as they are now; those that cannot be done come last."""
    found = [
        *_actions(book),
        *_windows(workspace),
        *_classes(workspace),
        *_models(workspace),
        *_series(workspace),
        *_recents(workspace),
    ]
    return sorted(found, key=lambda entry: not entry.enabled)


def _actions(book: ActionBook) -> Iterator[PaletteEntry]:
    for spec in ACTIONS:
        if spec.identifier != ITSELF:
            action, keys = book[spec.identifier], book.keys(spec.identifier)
            yield PaletteEntry(
                action.text(),
                tr(spec.group),
                keys[0] if keys else "",
                action.isEnabled(),
                _action_runner(book, spec.identifier),
            )


def _action_runner(book: ActionBook, identifier: str) -> Callable[[], None]:
    return lambda: book.run(identifier)


def _windows(workspace: Workspace) -> Iterator[PaletteEntry]:
    for preset in PRESETS[PRESETS_WITH_ACTION:]:
        text = f"{preset.name.capitalize()} {preset.center:g}/{preset.width:g}"
        yield PaletteEntry(
            text, tr("Window"), "", workspace.case is not None, _window_setter(workspace, preset)
        )


def _window_setter(workspace: Workspace, preset: Window) -> Callable[[], None]:
    return lambda: workspace.view.set_window(preset)


def _classes(workspace: Workspace) -> Iterator[PaletteEntry]:
    card = workspace.models.card
    for named in HEMORRHAGE_CLASSES:
        if card is None or named.name in card.classes:
            text = tr("Overlay {name} ({short}) alone").format(name=named.name, short=named.short)
            enabled = workspace.case is not None
            yield PaletteEntry(text, tr("Class"), "", enabled, _class_shower(workspace, named.name))


def _class_shower(workspace: Workspace, name: str) -> Callable[[], None]:
    return lambda: workspace.view.change_overlay(class_name=name, visible=True)


def _models(workspace: Workspace) -> Iterator[PaletteEntry]:
    for card in workspace.models.cards:
        text = tr("Use model {name}").format(name=card.name)
        other = card.name != workspace.models.shown
        yield PaletteEntry(text, tr("Model"), "", other, _model_chooser(workspace, card.name))
    if len(workspace.models.cards) > 1:
        for card in workspace.models.cards:
            on = card.name not in workspace.models.ticked
            text = tr("Run model {name} beside the shown one") if on else tr("Run model {name} no longer")
            possible = on or len(workspace.models.ticked) > 1
            run = _model_ticker(workspace, card.name, on=on)
            yield PaletteEntry(text.format(name=card.name), tr("Model"), "", possible, run)


def _model_chooser(workspace: Workspace, name: str) -> Callable[[], None]:
    return lambda: workspace.models.choose(name)


def _model_ticker(workspace: Workspace, name: str, *, on: bool) -> Callable[[], None]:
    return lambda: workspace.models.tick(name, on=on)


def _series(workspace: Workspace) -> Iterator[PaletteEntry]:
    catalogue = workspace.catalogue
    for number, entry in enumerate(catalogue.series if catalogue is not None else (), start=1):
        hidden = workspace.view.identity_hidden
        name = "" if hidden else entry.identity.series_description
        text = tr("Show series {number} {name} ({slices} slices)").format(
            number=number, name=name, slices=entry.slices
        )
        other = entry.series_instance_uid != workspace.series_uid
        run = _series_opener(workspace, entry.series_instance_uid)
        yield PaletteEntry(" ".join(text.split()), tr("Series"), "", other, run)


def _series_opener(workspace: Workspace, uid: str) -> Callable[[], None]:
    return lambda: workspace.open_series(uid)


def _recents(workspace: Workspace) -> Iterator[PaletteEntry]:
    for number, recent in enumerate(workspace.recents, start=1):
        name = tr("study {number}").format(number=number) if workspace.view.identity_hidden else recent.title
        text = tr("Open recent {name}").format(name=name)
        yield PaletteEntry(text, tr("Recent"), "", True, _recent_opener(workspace, recent.path))


def _recent_opener(workspace: Workspace, path: Path) -> Callable[[], None]:
    return lambda: workspace.open_path(path)
