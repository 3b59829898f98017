"""A virtual X screen with a real mouse and keyboard, for tests that use the program as a person does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import ImageGrab

from ichcore.files import write_text
from tests.conftest import ROOT

WIDTH, HEIGHT = 1600, 1012
T = TypeVar("T")


def missing_tools() -> str:
    """What the machine lacks for such tests; empty where it has all."""
    return ", ".join(tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None)


def wait_for(what: str, probe: Callable[[], T | None], timeout_s: float = 120.0) -> T:
    """Ask ``probe`` until it gives something true, as a person would keep looking."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = probe()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {timeout_s:.0f} s for {what}")


class Program:
    """One running viewer: its process, and its main window on the screen."""

    def __init__(self, screen: Screen, process: subprocess.Popen[str], log: Path) -> None:
        self.screen = screen
        self.process = process
        self.log = log
        self.window = ""

    def find_window(self) -> None:
        """Wait for the main window and give it the keyboard."""
        self.window = wait_for("the main window: " + self.said(), self._visible_window)
        self.focus()

    def _visible_window(self) -> str | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with {self.process.returncode}: {self.said()}")
        found = self.screen.xdotool("search", "--onlyvisible", "--name", "ichviewer", check=False).split()
        return found[0] if found else None

    def focus(self) -> None:
        """Give the main window the keyboard (there is no window manager that would)."""
        self.screen.xdotool("windowfocus", "--sync", self.window)

    @property
    def title(self) -> str:
        """What the title bar says."""
        return self.screen.xdotool("getwindowname", self.window).strip()

    def said(self) -> str:
        """Its last words on standard output and error."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def fill_screen(self) -> None:
        """Make the main window as large as the screen, so that places on it are known."""
        self.screen.xdotool("windowmove", self.window, 0, 0)
        self.screen.xdotool("windowsize", self.window, WIDTH, HEIGHT)

    def dialog(self, title: str) -> str:
        """Wait for a dialog and give it the keyboard."""

        def beside_the_main_window() -> list[str]:
            found = self.screen.xdotool("search", "--onlyvisible", "--name", title, check=False).split()
            return [window for window in found if window != self.window]

        dialog = wait_for(f"a dialog {title!r}", beside_the_main_window)[-1]
        self.screen.xdotool("windowfocus", "--sync", dialog)
        return dialog

    def rest(self, timeout_s: float = 120.0) -> NDArray[np.uint8]:
        """Wait until it neither computes nor changes the screen; what is on the screen then."""
        quiet, before, ticks = 0, self.screen.grab(), self._cpu_ticks()
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            time.sleep(0.35)
            now, spent = self.screen.grab(), self._cpu_ticks()
            still = np.array_equal(before, now) and spent - ticks <= 3 and not _says_busy(now)
            quiet = quiet + 1 if still else 0
            if quiet == 2:
                return now
            before, ticks = now, spent
        raise AssertionError(f"the program did not come to rest within {timeout_s:.0f} s: {self.said()}")

    def _cpu_ticks(self) -> int:
        """Hundredths of a second that its threads have computed (Linux; 0 elsewhere)."""
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return 0
        user, system = stat.rpartition(")")[2].split()[11:13]
        return int(user) + int(system)


def _says_busy(screen: NDArray[np.uint8]) -> bool:
    """Whether the middle of the status bar says that something goes on."""
    return float(screen[HEIGHT - 18 : HEIGHT - 4, 640:1100].std()) > 8.0


class Screen:
    """An X server of its own with nothing else on it."""

    def __init__(self, display: str, folder: Path) -> None:
        self.display = display
        self.folder = folder
        write_text(folder / "home" / "config" / "preferences.json", '{"first_run_done": true}')
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "ICHVIEWER_HOME": str(folder / "home"),
            "OMP_NUM_THREADS": "2",
        }

    @contextmanager
    def run(self, *arguments: str | Path, **environment: str) -> Iterator[Program]:
        """Start the viewer with arguments, wait for its window, and end it afterwards."""
        log = self.folder / f"program-{time.monotonic_ns()}.log"
        with log.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "ichviewer", *map(str, arguments)],
                env={**self.environment, **environment},
                stdout=stream,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=ROOT,
            )
        program = Program(self, process, log)
        try:
            program.find_window()
            program.fill_screen()
            yield program
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    # eyes

    def grab(self) -> NDArray[np.uint8]:
        """What is on the screen, uint8 ``(rows, columns, 3)``."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def save(self, path: Path) -> None:
        """Keep a picture of the screen."""
        ImageGrab.grab(xdisplay=self.display).save(path)

    # hands

    def xdotool(self, *arguments: str | int, check: bool = True) -> str:
        """Run xdotool on this screen."""
        result = subprocess.run(
            ["xdotool", *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
        )
        if check and result.returncode != 0:
            raise AssertionError(f"xdotool {' '.join(map(str, arguments))}: {result.stderr}")
        return result.stdout

    def move(self, x: int, y: int) -> None:
        """Put the mouse somewhere."""
        if self.xdotool("getmouselocation").startswith(f"x:{x} y:{y} "):
            return  # --sync would wait 15 s for a move that never comes
        self.xdotool("mousemove", "--sync", x, y)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click there."""
        self.move(x, y)
        self.xdotool("click", button)

    def wheel(self, x: int, y: int, steps: int) -> None:
        """Turn the wheel there; positive is down (towards the user)."""
        self.move(x, y)
        for _ in range(abs(steps)):
            self.xdotool("click", 5 if steps > 0 else 4)
            time.sleep(0.02)

    def drag(self, start: tuple[int, int], end: tuple[int, int], button: int = 1, steps: int = 12) -> None:
        """Press at ``start``, move in small steps, let go at ``end``."""
        self.move(*start)
        self.xdotool("mousedown", button)
        for i in range(1, steps + 1):
            x = round(start[0] + (end[0] - start[0]) * i / steps)
            y = round(start[1] + (end[1] - start[1]) * i / steps)
            self.move(x, y)
            time.sleep(0.01)
        self.xdotool("mouseup", button)

    def key(self, *names: str) -> None:
        """Press keys one after another, such as ``key("n", "ctrl+s")``."""
        for name in names:
            self.xdotool("key", name)
            time.sleep(0.05)

    @contextmanager
    def holding(self, name: str, seconds: float) -> Iterator[None]:
        """Keep a key down for a while, and stay in the block with it still down."""
        self.xdotool("keydown", name)
        time.sleep(seconds)
        try:
            yield
        finally:
            self.xdotool("keyup", name)

    def write(self, text: str) -> None:
        """Type text."""
        self.xdotool("type", "--delay", 15, text)


@contextmanager
def virtual_screen(folder: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Iterator[Screen]:
    """Start Xvfb on a free display; ended with the block."""
    read, write = os.pipe()
    arguments: Sequence[str] = (
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        f"{size[0]}x{size[1]}x24",
        "-nolisten",
        "tcp",
    )
    server = subprocess.Popen(
        arguments, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as stream:
            number = stream.readline().strip()
        assert number, "Xvfb found no free display"
        yield Screen(f":{number}", folder)
    finally:
        server.terminate()
        server.wait(10)
