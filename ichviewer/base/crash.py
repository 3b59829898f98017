"""When something breaks: a report file without identifiers, and one quiet word to the user."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ichviewer.base.places import log_folder

if TYPE_CHECKING:
    from types import TracebackType

_log = logging.getLogger(__name__)

PACKAGES = ("ichviewer", "PySide6-Essentials", "pyqtgraph", "numpy", "scipy", "torch", "timm", "pydicom")
KEPT_REPORTS = 20

Told = Callable[[Path], None]


class CrashReporter:
    """Catches what nobody caught, in any thread, and native faults too."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or log_folder()
        self._fault_file: TextIO | None = None
        self._told: Told | None = None
        self._writing = threading.Lock()

    def install(self) -> None:
        """Hook uncaught exceptions of all threads, and let faulthandler write native faults to a file."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook
        with contextlib.suppress(OSError):  # without a log folder there is still stderr
            self._folder.mkdir(parents=True, exist_ok=True)
            self._fault_file = (self._folder / "fault.log").open("a", encoding="utf-8")
            faulthandler.enable(self._fault_file)

    def tell(self, told: Told) -> None:
        """Call ``told`` with every report's path (from the thread that broke)."""
        self._told = told

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = report(kind, error, trace)
        sys.stderr.write(text)
        path = self._write(text)
        if path is not None and self._told is not None:
            self._told(path)

    def _write(self, text: str) -> Path | None:
        with self._writing:
            stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")
            path = self._folder / f"crash-{stamp}.txt"
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                for old in sorted(self._folder.glob("crash-*.txt"))[:-KEPT_REPORTS]:
                    old.unlink()
            except OSError:
                _log.warning("A crash report could not be written.")
                return None
        return path


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """The text of a crash report.

    It names versions, the kind of error and the lines of *our* code it went through. Messages of exceptions
    are left out, since they may quote paths or patient data; so are local variables, command line, user
    name and host.
    """
    lines = ["ichviewer crash report (no patient data, no paths)", ""]
    lines += [f"python {platform.python_version()} on {platform.system()} {platform.machine()}"]
    lines += [f"{name} {_version(name)}" for name in PACKAGES]
    lines += ["", "trace, outermost first:"]
    for chained in _chain(error):
        frames = traceback.extract_tb(trace if chained is error else chained.__traceback__)
        lines += [f"  {_module_path(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
        lines += [f"{type(chained).__module__}.{type(chained).__qualname__}", ""]
    lines += [f"raised as {kind.__qualname__} in thread {threading.current_thread().name}", ""]
    return "\n".join(lines)


def _chain(error: BaseException) -> list[BaseException]:
    """The error after what caused it, causes first."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return found[::-1]


def _module_path(filename: str) -> str:
    """The part of a source path from its top package on; what stands before it may name a person."""
    parts = Path(filename).parts
    for anchor in ("ichviewer", "ichcore", "site-packages"):
        if anchor in parts[:-1]:
            start = len(parts) - 1 - parts[::-1].index(anchor)
            return "/".join(parts[start + (anchor == "site-packages") :])
    return parts[-1] if parts else filename


def _version(name: str) -> str:
    import importlib.metadata  # takes 20 ms, which a start without a crash need not pay

    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not found"
