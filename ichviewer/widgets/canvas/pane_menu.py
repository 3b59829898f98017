"""The menu of one pane of a comparison: method, layer, class; one pane more or less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ichcore.explain.method import OFFERED
from ichcore.subtypes import CLASSES, hemorrhage_class
from ichviewer.documents.comparison import FEWEST, MOST
from ichviewer.documents.model_layers import ON_THE_DEFAULT
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.explained_scene import method_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichviewer.documents.comparison import Comparison
    from ichviewer.documents.workspace import Workspace

Entry = tuple[object, str, bool]
"""Value, words, and whether it can be chosen."""


def pane_menu(workspace: Workspace, place: int, parent: QWidget) -> QMenu:
    """What can be changed of the pane at ``place``."""
    comparison = workspace.inference.comparison
    menu = QMenu(parent)
    if place < len(comparison.explanations):
        _choices(menu, workspace, place)
        menu.addSeparator()
        more = menu.addAction(tr("Add an explanation"))
        more.setEnabled(comparison.panes < MOST)
        more.triggered.connect(comparison.add)
        less = menu.addAction(tr("Remove this explanation"))
        less.setEnabled(len(comparison.explanations) > FEWEST)
        less.triggered.connect(lambda: comparison.remove(place))
    votes = menu.addAction(tr("Agreement pane"))
    votes.setCheckable(True)
    votes.setChecked(comparison.votes_shown)
    votes.setEnabled(comparison.votes_shown or comparison.panes < MOST)
    votes.toggled.connect(comparison.show_votes)
    return menu


def _choices(menu: QMenu, workspace: Workspace, place: int) -> None:
    inference, card = workspace.inference, workspace.models.card
    comparison, layers = inference.comparison, inference.cam_layers
    each = comparison.explanations[place]
    defined = OFFERED if layers is None else layers.methods
    methods = [(name, method_title(name), name in defined) for name in OFFERED]
    _submenu(menu, tr("Method"), comparison, place, "method", each.method, methods)
    if layers is None:
        deep: list[Entry] = [(None, tr("the model's default"), True)]
    else:
        deep = [(None, tr("{layer} (default)").format(layer=layers.default), True)]
        deep += [(name, name, True) for name in reversed(layers.names) if name != layers.default]
    fixed = each.method in ON_THE_DEFAULT
    _submenu(menu, tr("Layer"), comparison, place, "layer", None if fixed else each.layer, deep)
    if fixed:
        menu.actions()[-1].setEnabled(False)
    classes: list[Entry] = [(None, tr("the class that leads on the slice"), True)]
    predicted = CLASSES if card is None else card.classes
    classes += [(name, f"{hemorrhage_class(name).short}   {name}", name in predicted) for name in CLASSES]
    _submenu(menu, tr("Class"), comparison, place, "class_name", each.class_name, classes)


def _submenu(
    menu: QMenu,
    title: str,
    comparison: Comparison,
    place: int,
    field: str,
    value: object,
    entries: Iterable[Entry],
) -> None:
    inner = menu.addMenu(title)
    group = QActionGroup(inner)
    for choice, words, possible in entries:
        action = inner.addAction(words)
        action.setCheckable(True)
        action.setChecked(choice == value)
        action.setEnabled(possible)
        group.addAction(action)
        action.triggered.connect(lambda _=False, choice=choice: comparison.choose(place, **{field: choice}))
