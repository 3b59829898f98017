from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage

from ichviewer.app.film_export import as_rgb
from ichviewer.app.main_window import MainWindow
from ichviewer.documents.ratings import RatedMap

DIALOG = "ichviewer.app.file_commands.QFileDialog.getSaveFileName"

pytestmark = pytest.mark.usefixtures("no_heatmaps")


def answer(monkeypatch: pytest.MonkeyPatch, path: Path, kind: str = "") -> None:
    monkeypatch.setattr(DIALOG, lambda *_: (str(path), kind))


def test_a_screenshot_is_what_is_on_screen(reading: MainWindow, tmp_path: Path, monkeypatch) -> None:
    answer(monkeypatch, tmp_path / "shot", "PNG picture (*.png)")
    reading.actions_book.run("file.screenshot")
    picture = QImage(str(tmp_path / "shot.png"))
    assert picture.size() == reading.image.snapshot().size()
    assert as_rgb(picture).std() > 5


def test_the_picture_goes_to_the_clipboard(reading: MainWindow) -> None:
    reading.actions_book.run("file.copy_picture")
    assert QGuiApplication.clipboard().image().width() == reading.image.snapshot().width()


def test_pictures_carry_no_patient_text_unless_asked(reading: MainWindow) -> None:
    plain = as_rgb(reading.image.snapshot(with_identity=False))
    named = as_rgb(reading.image.snapshot(with_identity=True))
    assert not np.array_equal(plain, named)
    taken = as_rgb(reading._files.picture())
    assert np.array_equal(taken, plain)


def test_findings_are_written_in_the_chosen_format(reading: MainWindow, tmp_path: Path, monkeypatch) -> None:
    answer(monkeypatch, tmp_path / "found", "JSON (*.json)")
    reading.actions_book.run("file.export_findings")
    assert (tmp_path / "found.json").read_text().startswith("{")


def test_ratings_are_written_once_there_are_some(reading: MainWindow, tmp_path: Path, monkeypatch) -> None:
    answer(monkeypatch, tmp_path / "rated.csv")
    said: list[tuple[str, str]] = []
    reading.workspace.notice_raised.connect(lambda *notice: said.append(notice))
    reading.actions_book.run("file.export_ratings")
    assert "is rated yet" in said[0][1]
    assert not (tmp_path / "rated.csv").exists()
    rated = RatedMap(1, "tiny", "ab" * 32, "sfcam", "fusion", ("any",))
    reading.workspace.ratings.rate(rated, "partial")
    reading.actions_book.run("file.export_ratings")
    assert (tmp_path / "rated.csv").read_text().count("partial") >= 2


@pytest.mark.parametrize(
    ("action", "proposed"),
    [
        ("file.screenshot", "head-ct-slice-3.png"),
        ("file.export_film", "head-ct-film.gif"),
        ("file.export_findings", "head-ct-findings.csv"),
        ("file.export_ratings", "head-ct-ratings.csv"),
    ],
)
def test_the_proposed_name_says_what_but_not_who(
    reading: MainWindow, monkeypatch, action: str, proposed: str
) -> None:
    asked: list[str] = []

    def dialog(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        asked.append(Path(start).name)
        return "", ""

    monkeypatch.setattr(DIALOG, dialog)
    reading.actions_book.run(action)
    assert asked == [proposed]


def test_another_format_is_taken_even_if_the_proposed_name_is_left(
    reading: MainWindow, tmp_path: Path, monkeypatch
) -> None:
    answer(monkeypatch, tmp_path / "head-ct-findings.csv", "JSON (*.json)")
    reading.actions_book.run("file.export_findings")
    assert [path.name for path in tmp_path.glob("head-ct*")] == ["head-ct-findings.json"]
    before = (tmp_path / "head-ct-findings.json").read_text()
    (tmp_path / "head-ct-findings.json").write_text("mine")
    reading.actions_book.run("file.export_findings")
    assert (tmp_path / "head-ct-findings.json").read_text() == "mine", "the dialog did not ask about this one"
    assert before.startswith("{")


def test_a_folder_that_cannot_be_written_is_said(reading: MainWindow, tmp_path: Path, monkeypatch) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    answer(monkeypatch, blocker / "found.csv")
    said: list[tuple[str, str]] = []
    reading.workspace.notice_raised.connect(lambda *notice: said.append(notice))
    reading.actions_book.run("file.export_findings")
    assert said[0][0] == "error"
    assert "found.csv" in said[0][1]


def test_a_film_of_the_scroll_is_written_in_the_background(
    reading: MainWindow, tmp_path: Path, monkeypatch, qtbot
) -> None:
    import imageio.v2 as imageio

    answer(monkeypatch, tmp_path / "scroll.gif")
    reading.actions_book.run("file.export_film")
    qtbot.waitUntil(lambda: reading.workspace.jobs.idle, timeout=20_000)
    frames = [np.asarray(frame) for frame in imageio.get_reader(tmp_path / "scroll.gif")]
    assert len(frames) == reading.workspace.view.slices


def test_closing_the_case_abandons_its_film(reading: MainWindow, tmp_path: Path, monkeypatch, qtbot) -> None:
    answer(monkeypatch, tmp_path / "scroll.gif")
    reading.actions_book.run("file.export_film")
    reading.workspace.close_case()
    qtbot.waitUntil(lambda: reading.workspace.jobs.idle, timeout=20_000)
    assert not (tmp_path / "scroll.gif").exists()


def test_thinking_better_of_it_writes_nothing(reading: MainWindow, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(DIALOG, lambda *_: ("", ""))
    for identifier in ("file.screenshot", "file.export_film", "file.export_findings"):
        reading.actions_book.run(identifier)
    assert reading.workspace.jobs.idle
