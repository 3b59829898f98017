"""One user action as data: menus, toolbar, shortcuts, palette and help derive from a table of these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionSpec:
    """What the user can do, how it is called and which keys do it.

    Attributes:
        identifier: dotted and stable, such as ``view.overlay``; also the key in settings and the name of the
            handler (``view_overlay``).
        text: what menu, palette and help say.
        group: heading in help and palette; also the menu it stands in.
        shortcuts: default keys in Qt's portable text, such as ``("O",)``; the user may rebind them.
        tip: one sentence more, for tooltip and status bar.
        checkable: whether it is a switch.
        needs: ``case``, ``prediction``, ``model`` (a model and a case), ``models`` (several),
            ``card`` (a model), ``learned``, ``undo``, ``redo`` or empty: what must be there for it to be
            enabled.
        toolbar: whether it has a button in the top bar.
        repeats: whether holding the key repeats it.
    """

    identifier: str
    text: str
    group: str
    shortcuts: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    needs: str = ""
    toolbar: bool = False
    repeats: bool = False
