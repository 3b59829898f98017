"""What changed between a first read and the read with the model, on the screen and in a table."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtWidgets import QLabel

from ichcore.annotations.answer import Answer
from ichcore.errors import IchError
from ichviewer.documents.agreement_export import agreement_csv
from ichviewer.widgets.panels.stages_section import StagesSection
from tests.ichviewer.conftest import make_volume
from tests.ichviewer.documents.reading_room import stored, workspace

__all__ = ["workspace"]


def test_a_reader_sees_and_saves_what_the_model_changed(workspace, qtbot) -> None:
    workspace.settings.change(model_hidden=True)
    section = StagesSection(workspace)
    qtbot.addWidget(section)
    workspace.show_case(make_volume(5), first=0)
    labelling = workspace.reading.labelling
    assert section.isHidden()
    with pytest.raises(IchError, match="no two reads"):
        agreement_csv(workspace.reading)
    labelling.say(2, "subdural", Answer.NO)
    labelling.say(3, "any", Answer.NO)
    stored(workspace, qtbot)
    labelling.lock()
    assert workspace.reading.stages.stages is None, "the read goes on"
    labelling.say(2, "subdural", Answer.YES)
    labelling.say(None, "any", Answer.YES)
    stored(workspace, qtbot)
    labelling.lock()
    qtbot.waitUntil(lambda: workspace.reading.stages.stages is not None, timeout=30_000)
    section.refresh()
    assert not section.isHidden()
    texts = [label.text() for label in section.findChildren(QLabel)]
    assert "Ada" in texts
    assert "Study: ANY nothing → yes" in texts
    row = texts.index("to yes")
    assert texts[row + 1 : row + 7] == ["0", "0", "0", "0", "0", "1"]
    table = list(csv.DictReader(io.StringIO(agreement_csv(workspace.reading))))
    changed = next(one for one in table if one["figure"] == "slices changed to yes")
    assert changed["compared"] == "Ada, first read and with the model"
    assert (changed["subdural"], changed["any"]) == ("1", "0")
