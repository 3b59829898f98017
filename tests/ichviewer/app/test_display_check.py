from __future__ import annotations

import subprocess
import sys

import pytest

from ichviewer import __main__ as program
from ichviewer.app import display_check


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


def test_missing_libraries_are_named_as_packages_in_one_line(bare, monkeypatch, capsys) -> None:
    absent = {"libxcb-cursor.so.0", "libxkbcommon-x11.so.0"}
    monkeypatch.setattr(display_check, "_loads", lambda name: name not in absent)
    monkeypatch.setattr(program, "has_display", lambda: True)
    assert program.main([]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "libxcb-cursor0" in said
    assert "libxkbcommon-x11-0" in said
    assert "libegl1" not in said


def test_no_display_is_said_in_one_line(bare, capsys) -> None:
    assert not display_check.has_display()
    assert program.main([]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--demo" in said


def test_a_server_that_does_not_answer_is_no_display(bare, monkeypatch) -> None:
    monkeypatch.setenv("DISPLAY", ":64999")
    assert not display_check.has_display()


def test_offscreen_is_no_display_but_needs_fewer_libraries(bare, monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not display_check.has_display()
    monkeypatch.setattr(display_check, "_loads", lambda name: "xcb" not in name)
    assert display_check.missing_packages(offscreen=True) == []


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["--no-such"], 2),
        (["--screenshot", "x.png"], 2),
        (["/no/such/path"], 1),
    ],
)
def test_the_command_line_answers_before_qt_is_loaded(arguments: list[str], status: int) -> None:
    code = (
        "import sys; from ichviewer.__main__ import main\n"
        "try: status = main(sys.argv[1:])\n"
        "except SystemExit as end: status = end.code\n"
        "print('PySide6' in sys.modules); sys.exit(status)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == status
    assert result.stdout.strip().endswith("False")
    assert "Traceback" not in result.stderr
