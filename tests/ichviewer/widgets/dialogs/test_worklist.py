"""The worklist in the order of readers who differ."""

from __future__ import annotations

from pathlib import Path

from ichcore.annotations.answer import Answer
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.steps import answered, said_now
from ichcore.annotations.store import Store
from ichviewer.widgets.dialogs.worklist import WorklistDialog


def locked_read(store: Store, series: AnnotatedSeries, reader: str, answer: Answer) -> None:
    annotation = store.annotate(series, reader)
    annotation.commit(answered(annotation.contents, 4, "subdural", said_now(answer, reader)))
    annotation.commit(answered(annotation.contents, 1, "any", said_now(Answer.NO, reader)))
    annotation.lock_read()
    annotation.close()


def test_a_series_on_which_readers_differ_opens_on_the_first_slice_where_they_do(
    room, qtbot, study: Path
) -> None:
    room.settings.change(predict_on_open=False, reader_name="Ada")
    room.open_path(study / "head.nii.gz")
    qtbot.waitUntil(lambda: room.annotating.hu is not None, timeout=30_000)
    series = AnnotatedSeries.of(room.case.volume)
    room.close_case()
    store = room.annotating.opening.store()
    for reader, answer in (("Ada", Answer.YES), ("Bo", Answer.NO)):
        locked_read(store, series, reader, answer)
    room.reading.waiting.fill(study)
    qtbot.waitUntil(lambda: len(room.reading.waiting.entries) == 2 and room.jobs.idle, timeout=30_000)

    dialog = WorklistDialog(room)
    qtbot.addWidget(dialog)
    dialog.order.setCurrentIndex(1)
    qtbot.waitUntil(lambda: not room.contested.counting, timeout=30_000)
    assert dialog.tree.topLevelItemCount() == 1, "the other series was read by nobody"
    item = dialog.tree.topLevelItem(0)
    assert item.text(1) == "head.nii.gz"
    assert item.text(3) == "Ada, Bo: SDH on 1 slice"
    dialog.open_button.click()
    qtbot.waitUntil(lambda: room.case is not None and room.jobs.idle, timeout=30_000)
    assert room.case.volume.identity.series_instance_uid == series.series_instance_uid
    assert room.view.slice_index == 4
