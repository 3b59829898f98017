"""Budget: the window is shown at most 1.0 s after the start, warm, with torch not yet imported.

Each sample is a process of its own, timed from before it is started until the event loop has painted the main
window and come back. The first one, which fills the disk cache, is left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _display import display
from _report import report, summary

from ichcore.files import write_text

SAMPLES = 9
BUDGET_MS = 1000.0

DRIVER = r"""
import json, os, sys, time
started = float(sys.argv.pop(1))
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class FirstPaint(QObject):
    seen = False
    def eventFilter(self, watched, event):
        if not self.seen and event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            self.seen = True
            QTimer.singleShot(0, self.painted)
        return False
    def painted(self):
        line = {"ms": (time.monotonic() - started) * 1000, "torch": "torch" in sys.modules}
        print("FIRST-PAINT " + json.dumps(line), flush=True)
        os._exit(0)

watch = FirstPaint()
run = QApplication.exec
def watched_exec(*_):
    QApplication.instance().installEventFilter(watch)
    return run()
QApplication.exec = watched_exec
from ichviewer.__main__ import main
sys.exit(main([]))
"""


def first_paint() -> tuple[float, bool]:
    """Start the viewer once: milliseconds to its first paint, and whether torch was imported by then."""
    command = [sys.executable, "-c", DRIVER, repr(time.monotonic())]
    result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    for line in result.stdout.splitlines():
        if line.startswith("FIRST-PAINT "):
            found = json.loads(line.removeprefix("FIRST-PAINT "))
            return float(found["ms"]), bool(found["torch"])
    raise RuntimeError(f"the viewer painted nothing: {result.stderr[-500:]}")


def main() -> None:
    """Measure, and print the report."""
    with tempfile.TemporaryDirectory() as home, display() as screen:
        os.environ["ICHVIEWER_HOME"] = home
        write_text(Path(home, "config", "preferences.json"), '{"first_run_done": true}')
        cold_ms, _ = first_paint()
        samples = [first_paint() for _ in range(SAMPLES)]
    times = summary([ms for ms, _ in samples])
    torch_imported = any(torch for _, torch in samples)
    figures = {**times, "first_ms": round(cold_ms, 1), "torch_imported": torch_imported, "screen": screen}
    met = times["median_ms"] <= BUDGET_MS and not torch_imported
    report("start", figures, "window shown after start <= 1.0 s warm, torch not yet imported", met)


if __name__ == "__main__":
    main()
