from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

import pytest

from ichviewer.base.crash import CrashReporter, report
from ichviewer.base.log import start_logging, without_identity

PATH = "/data/patients/DOE_JANE/1.2.840.113619.2.55.3/IM0001"


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr("faulthandler.enable", lambda *_: None)


def broken() -> BaseException:
    patient = "DOE^JANE"
    try:
        try:
            Path(PATH).read_text()
        except OSError as cause:
            raise ValueError(f"cannot show {patient} from {PATH}") from cause
    except ValueError as error:
        return error
    raise AssertionError


def test_a_report_says_where_and_what_but_not_who() -> None:
    error = broken()
    text = report(type(error), error, error.__traceback__)
    assert "ValueError" in text
    assert "FileNotFoundError" in text
    assert "test_crash.py" in text
    assert "PySide6-Essentials" in text
    for secret in ("DOE", "JANE", "/data", "1.2.840", str(Path.home())):
        assert secret not in text


def test_an_uncaught_error_leaves_a_file_and_one_word(tmp_path: Path, hooks, capsys) -> None:
    told: list[Path] = []
    reporter = CrashReporter(tmp_path)
    reporter.install()
    reporter.tell(told.append)
    error = broken()
    sys.excepthook(type(error), error, error.__traceback__)
    assert told == list(tmp_path.glob("crash-*.txt"))
    assert "DOE" not in told[0].read_text() + capsys.readouterr().err


def test_an_uncaught_error_in_a_thread_is_reported_too(tmp_path: Path, hooks, capsys) -> None:
    reporter = CrashReporter(tmp_path)
    reporter.install()
    thread = threading.Thread(target=lambda: {}["x"], name="ich-test")
    thread.start()
    thread.join()
    (found,) = tmp_path.glob("crash-*.txt")
    assert "KeyError" in found.read_text()
    assert "ich-test" in found.read_text()


def test_reports_do_not_pile_up(tmp_path: Path, hooks, capsys) -> None:
    reporter = CrashReporter(tmp_path)
    error = broken()
    for _ in range(25):
        reporter._hook(type(error), error, error.__traceback__)
    assert len(list(tmp_path.glob("crash-*.txt"))) == 20


@pytest.mark.parametrize(
    "text",
    [
        f"cannot open {PATH}",
        f"[Errno 2] No such file: '{PATH}'",
        r"cannot open C:\Users\JaneDoe\scan.dcm",
        "series 1.2.840.113619.2.55.3.604688119",
    ],
)
def test_paths_and_uids_do_not_reach_the_log(text: str) -> None:
    cleaned = without_identity(text)
    for secret in ("DOE", "JaneDoe", "1.2.840", "scan.dcm"):
        assert secret not in cleaned


def test_the_log_is_written_discreetly(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    path = start_logging(tmp_path)
    try:
        logging.getLogger("ichviewer.test").warning("left out %s", PATH)
        assert path is not None
        assert "DOE" not in path.read_text()
        assert "left out <path>" in path.read_text()
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
        logging.captureWarnings(capture=False)
