"""Whether a window can be shown, asked before Qt aborts the process over it."""

from __future__ import annotations

import ctypes
import os
import sys

LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libEGL.so.1": "libegl1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What Qt's X11 plugin loads, with the Debian and Ubuntu package of each."""

OFFSCREEN_LIBRARIES = (
    "libEGL.so.1",
    "libGL.so.1",
    "libxkbcommon.so.0",
    "libfontconfig.so.1",
    "libdbus-1.so.3",
    "libglib-2.0.so.0",
)
"""What QtGui itself loads, display or not."""


def platform_chosen() -> str:
    """The Qt platform that the user asked for by name; empty if none."""
    return os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]


def has_display() -> bool:
    """Whether there is a display to show a window on."""
    if sys.platform in {"win32", "darwin"}:
        return True
    chosen = platform_chosen()
    if chosen not in {"", "xcb"}:
        return chosen not in {"offscreen", "minimal", "minimalegl", "vnc"}
    if not chosen and os.environ.get("WAYLAND_DISPLAY"):
        return True
    return bool(os.environ.get("DISPLAY")) and _server_answers()


def _server_answers() -> bool:
    """Whether the X server that ``DISPLAY`` names lets us in; Qt would abort the process if not."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # the missing library is what the user must hear of
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    if xcb.xcb_connection_has_error(connection):
        xcb.xcb_disconnect(connection)
        return False
    # Kept open on purpose: a bare X server resets when its last client leaves, and would refuse Qt meanwhile.
    return True


def missing_packages(*, offscreen: bool = False) -> list[str]:
    """Packages whose libraries Qt would not find; empty outside Linux and where all are there."""
    if not sys.platform.startswith("linux"):
        return []
    wayland = not platform_chosen() and os.environ.get("XDG_SESSION_TYPE") == "wayland"
    other = offscreen or wayland or platform_chosen() not in {"", "xcb"}
    names = OFFSCREEN_LIBRARIES if other else tuple(LIBRARIES)
    return [LIBRARIES[name] for name in names if not _loads(name)]


def missing_sentence(packages: list[str]) -> str:
    """The one line that tells the user what to install."""
    return (
        f"ichviewer: {len(packages)} system librar{'y is' if len(packages) == 1 else 'ies are'} missing "
        f"for a window; install: sudo apt-get install {' '.join(packages)}"
    )


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
