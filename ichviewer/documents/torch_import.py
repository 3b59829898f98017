"""Importing torch beside a live interface: a second and a half of work, none of which may be felt."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGINE = (
    "ichcore.models.checkpoint",
    "ichcore.predict.predictor",
    "ichcore.explain.explainer",
    "ichcore.masks.boxes",
)
"""What the device lane needs; it brings torch and scipy."""
TURN_S = 0.0001
"""The importing thread gives the interpreter up after this long; Python's habit is fifty times that. A paint
event asks for the interpreter a few dozen times."""


def import_engine() -> None:
    """Import torch and the engine's modules in this thread; at once where that is done already.

    Three things of an ordinary ``import torch`` would stop the Qt thread, each for longer than a frame:

    - the loader resolves half a gigabyte of libraries while the interpreter lock is held. Here it is asked
      for them before, by a call that lets go of the lock;
    - the garbage collector walks over all that is imported, several times. Here it rests meanwhile, and never
      walks over it again afterwards;
    - the import keeps the lock for whole turns. Here they are short.
    """
    if all(name in sys.modules for name in ENGINE):
        return
    with _collector_resting(), _short_turns():
        _load_libraries()
        for name in ENGINE:
            importlib.import_module(name)


def _load_libraries() -> None:
    """Have the dynamic loader bring torch's libraries in, in torch's own order and with its own flags.

    What cannot be loaded is left to ``import torch``, which says why. On Windows torch itself loads them by
    calls that let go of the interpreter lock.
    """
    if sys.platform == "win32":
        return
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    package = Path(spec.origin).parent
    # not ctypes.CDLL(path), which keeps the lock while it loads: a foreign function does not
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for library in sorted((package / "lib").glob("libtorch_global_deps.*")):
        load(os.fsencode(library), os.RTLD_NOW | os.RTLD_GLOBAL)
    for library in sorted(package.glob("_C.*.so")):
        load(os.fsencode(library), sys.getdlopenflags())


@contextlib.contextmanager
def _collector_resting() -> Iterator[None]:
    """No garbage collection inside the block, nor later of what came into being in it."""
    if not gc.isenabled():
        yield
        return
    # young garbage must not be kept for good by the freezing below; looking for old garbage too is felt
    gc.collect(1)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextlib.contextmanager
def _short_turns() -> Iterator[None]:
    """Let threads that wait for the interpreter have it soon, inside the block."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, TURN_S))
    try:
        yield
    finally:
        sys.setswitchinterval(before)
