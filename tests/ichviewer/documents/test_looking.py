"""The worklist looks at its series by itself, behind everything that is done for the open one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ichcore.annotations.work_state import WorkState
from ichviewer.widgets.dialogs.worklist import WorklistDialog

pytestmark = pytest.mark.usefixtures("engine")


def wait(qtbot, condition) -> None:
    qtbot.waitUntil(condition, timeout=120_000)


def shown(dialog: WorklistDialog, column: int) -> list[str]:
    rows = range(dialog.tree.topLevelItemCount())
    return [dialog.tree.topLevelItem(row).text(column) for row in rows]


def test_a_folder_that_is_added_is_looked_at_and_ordered_by_what_is_odd(room, qtbot, study: Path) -> None:
    waiting, looking = room.reading.waiting, room.looking
    notices: list[str] = []
    room.notice_raised.connect(lambda _, sentence: notices.append(sentence))
    dialog = WorklistDialog(room)
    qtbot.addWidget(dialog)
    assert not dialog.look.isEnabled()
    room.settings.change(predict_on_open=False)
    waiting.fill(study)
    wait(qtbot, lambda: len(waiting.entries) == 2 and room.jobs.idle)
    assert looking.busy is None, "nothing is predicted by itself where the reader does not want that"
    assert shown(dialog, 3) == ["not looked at yet"] * 2
    first = waiting.entries[0]
    Path(first.path).write_bytes(b"not a head")
    room.settings.change(predict_on_open=True)
    waiting.fill(study)
    wait(qtbot, lambda: looking.busy is not None)
    assert dialog.look.text() == "Stop looking"
    assert "Looking at studies 0 / 2" in dialog.doing.text()
    wait(qtbot, lambda: looking.busy is None and len(looking.missing) == 0 and room.jobs.idle)
    assert dialog.look.text() == "Look at all"
    assert list(looking.failures) == [first.series_instance_uid]
    assert "1 study could not be looked at" in notices[-1]
    others = [e for e in waiting.entries if e.series_instance_uid != first.series_instance_uid]
    assert all(e.argument.activation_mismatch is not None for e in others)
    priorities = [entry.priority for entry in waiting.entries]
    assert priorities == sorted(priorities, reverse=True)
    assert shown(dialog, 1) == [Path(entry.path).name for entry in waiting.entries]
    assert looking.failures[first.series_instance_uid] in shown(dialog, 3)
    assert "not looked at yet" not in shown(dialog, 3)


def test_a_stopped_look_goes_on_where_it_was(room, qtbot, study: Path) -> None:
    waiting, looking = room.reading.waiting, room.looking
    room.settings.change(predict_on_open=False)
    waiting.fill(study)
    wait(qtbot, lambda: len(waiting.entries) == 2 and room.jobs.idle)
    waiting.mark(waiting.entries[1].series_instance_uid, WorkState.DONE)
    wait(qtbot, lambda: len(looking.missing) == 1)
    looking.start_all()
    assert looking.busy is not None
    assert room.busy == looking.busy
    room.cancel()
    wait(qtbot, lambda: looking.busy is None and room.jobs.idle)
    assert len(looking.missing) == 1
    assert looking.failures == {}
    room.settings.change(predict_on_open=True)
    room.look()
    wait(qtbot, lambda: looking.busy is None and room.jobs.idle)
    assert [e.argument.uncertainty is None for e in waiting.entries] == [False, True], (
        "done ones wait for none"
    )


def test_whatever_the_open_series_needs_passes_a_look(room, qtbot, study: Path, monkeypatch) -> None:
    from ichcore.annotations import looking as engine

    waiting, looking = room.reading.waiting, room.looking
    begun, passed = threading.Event(), threading.Event()
    look_at = engine.look_at

    def slow(*args, progress, **others):
        begun.set()
        while not passed.is_set():
            progress(0, 1, "")
        return look_at(*args, progress=progress, **others)

    monkeypatch.setattr(engine, "look_at", slow)
    (study / "other.nii.gz").unlink()
    waiting.fill(study)
    wait(qtbot, begun.is_set)
    room.jobs.submit("device", lambda _: passed.set())
    wait(qtbot, lambda: looking.busy is None and room.jobs.idle)
    assert passed.is_set()
    assert looking.failures == {}
