"""The reader's preferences: typed, in one JSON file, with a signal for every change."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ichcore.explain.method import DEFAULT_METHOD
from ichcore.files import write_text
from ichviewer.base.places import config_folder

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

Bindings = Mapping[str, tuple[str, ...]]
"""Keys that the user chose, by action identifier; an empty tuple takes every key away."""


@dataclass(frozen=True)
class Preferences:
    """Everything the reader may choose, with its default.

    Attributes:
        predict_on_open: whether prediction starts by itself.
        wheel_down_next: wheel-down goes to the next index (towards the head); off goes the other way.
        drag_down_raises_level: dragging down raises the window level.
        theme: ``dark`` or ``light``.
        identity_hidden: the privacy switch.
        corner_text: whether the four corners carry text.
        smooth: whether pixels are interpolated when enlarged.
        overlay_visible: overlay on when a case opens.
        overlay_method: a name in :data:`ichcore.explain.method.OFFERED`.
        overlay_opacity: 0 to 1.
        overlay_colour_map: ``inferno``, ``viridis``, ``cividis`` or ``class``.
        overlay_threshold: fraction of the maximum.
        overlay_boxes: whether CAM boxes are drawn.
        cine_fps: slices a second in cine and films.
        key_bindings: keys that differ from the defaults.
        model_name: the model chosen last; empty for the installed default.
        first_run_done: whether the note on research use was read.
        side_panel_shown: whether the right panel is unfolded.
        last_folder: where the file dialog starts.
        reader_name: whose annotations they are; empty for the login name.
        model_hidden: hide the model, in series that nobody has read yet, until a first read is locked.
        window_geometry: the main window's geometry, base64 as Qt saves it.
    """

    predict_on_open: bool = True
    wheel_down_next: bool = True
    drag_down_raises_level: bool = True
    theme: str = "dark"
    identity_hidden: bool = False
    corner_text: bool = True
    smooth: bool = True
    overlay_visible: bool = True
    overlay_method: str = DEFAULT_METHOD
    overlay_opacity: float = 0.5
    overlay_colour_map: str = "inferno"
    overlay_threshold: float = 0.2
    overlay_boxes: bool = True
    cine_fps: float = 10.0
    key_bindings: Bindings = field(default_factory=dict)
    model_name: str = ""
    first_run_done: bool = False
    side_panel_shown: bool = True
    last_folder: str = ""
    reader_name: str = ""
    model_hidden: bool = False
    window_geometry: str = ""


class Settings(QObject):
    """Preferences on disk; ``preferences.theme`` reads one, ``change(theme="light")`` writes it."""

    changed = Signal(str)
    """Name of the preference that changed."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path or config_folder() / "preferences.json"
        self._preferences = _read(self._path)

    @property
    def path(self) -> Path:
        """The JSON file."""
        return self._path

    @property
    def preferences(self) -> Preferences:
        """The current values; immutable."""
        return self._preferences

    def change(self, **changes: Any) -> None:
        """Set named preferences, save them, and tell listeners of those that differ.

        Raises:
            TypeError: for a name that is no preference.
        """
        before = self._preferences
        after = replace(before, **changes)
        names = [name for name in changes if getattr(before, name) != getattr(after, name)]
        if not names:
            return
        self._preferences = after
        try:
            write_text(self._path, json.dumps(asdict(after), indent=1, ensure_ascii=False) + "\n")
        except OSError as error:
            # A read-only home must not stop the reading; the choice holds until the program ends.
            _log.warning("Preferences could not be saved: %s.", error.strerror)
        for name in names:
            self.changed.emit(name)


def _read(path: Path) -> Preferences:
    """Preferences of a file; what is missing, unknown or of the wrong kind falls back to its default."""
    defaults = Preferences()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return defaults
    except (OSError, ValueError) as error:
        _log.warning("Preferences could not be read (%s); the defaults are used.", type(error).__name__)
        return defaults
    if not isinstance(data, dict):
        return defaults
    taken: dict[str, Any] = {}
    for item in fields(Preferences):
        value, default = data.get(item.name), getattr(defaults, item.name)
        if item.name == "key_bindings":
            taken[item.name] = _bindings(value)
        elif isinstance(default, float) and isinstance(value, int | float) and not isinstance(value, bool):
            taken[item.name] = float(value)
        elif type(value) is type(default):
            taken[item.name] = value
    return replace(defaults, **taken)


def _bindings(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        return {}
    return {
        str(name): tuple(str(key) for key in keys) for name, keys in value.items() if isinstance(keys, list)
    }
