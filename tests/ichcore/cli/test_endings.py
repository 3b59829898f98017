"""How commands end: exit codes, one line for an error, silence for an interruption."""

import subprocess
import sys
from pathlib import Path

import pytest

from ichcore import __version__
from ichcore.errors import CancelledError
from tests.ichcore.cli.conftest import command


def test_version_and_help() -> None:
    assert command("--version").out == f"ichcore {__version__}\n"
    text = command("--help").out
    for verb in ("series", "models", "window", "predict", "explain", "phantom"):
        assert f"  {verb} " in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict"],
        ["no-such-verb"],
        ["window", "--w", "0.1"],
        ["window", "--w", "0.1", "--b", "1", "--model", "tiny"],
        ["explain", "x"],
        ["explain", "x", "--out", "y", "--method", "magic"],
        ["explain", "x", "--out", "y", "--class", "blood"],
        ["phantom", "x", "--cases", "0", "--seed", "1"],
        ["phantom", "x", "--cases", "1", "--seed", "1", "--subtype", "any"],
        ["phantom", "x", "--cases", "1", "--seed", "1", "--mix", "odd"],
    ],
)
def test_bad_use_is_answered_with_two_and_a_short_usage(arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    assert "Usage:" in outcome.err
    assert len(outcome.err.splitlines()) <= 6
    assert "│" not in outcome.err


@pytest.mark.parametrize("what", ["missing", "empty", "noise"])
@pytest.mark.parametrize("verb", ["series", "predict"])
def test_what_cannot_be_opened_gets_one_line(tmp_path: Path, what: str, verb: str) -> None:
    target = tmp_path / "x.dcm"
    if what == "empty":
        target.mkdir()
    elif what == "noise":
        target.write_bytes(bytes(range(256)) * 16)
    outcome = command(verb, target, "--json")
    assert outcome.status == 1
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.startswith("ichcore: ")


@pytest.mark.parametrize("extra", [["--series", "9.9.9"], ["--model", "nobody"], ["--device", "toaster"]])
def test_what_is_not_there_is_named(study: Path, extra: list[str]) -> None:
    outcome = command("predict", study, *extra)
    assert outcome.status == 1
    assert extra[1] in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_an_unwritable_folder_is_one_line(study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    outcome = command("predict", study, "--out", tmp_path / "file" / "prediction.json")
    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), CancelledError("Stopped.")])
def test_an_interruption_is_quiet(study: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("ichcore.opening.find_series", interrupted)
    outcome = command("series", study)
    assert (outcome.status, outcome.out, outcome.err) == (130, "", "")


def test_the_parser_loads_neither_torch_nor_numpy() -> None:
    code = "import sys, ichcore.cli; print([m for m in ('torch', 'numpy', 'pydicom') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout.strip() == "[]"
