"""Old and new model of a retraining on the open case: seen beside each other, used by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ichcore.datasets.holding_back import SHARE, is_held_back
from ichcore.export.exporting import export
from ichcore.export.material import Material
from ichcore.files import json_text, write_text
from ichcore.subtypes import CLASSES
from ichcore.training.run_state import Phase, RunState, write_state
from ichcore.volume import Volume
from ichviewer.documents.held_back import HeldBackCases
from ichviewer.documents.old_and_new import OldAndNew, Side
from ichviewer.documents.old_and_new_maps import OldAndNewMaps
from ichviewer.documents.retraining import REQUEST
from ichviewer.documents.workspace import Workspace
from ichviewer.widgets.dialogs.old_and_new import OldAndNewDialog
from tests.ichcore.export.materials import annotation_of_mask
from tests.ichcore.tiny_model import save_tiny

pytestmark = pytest.mark.usefixtures("engine")
COMPARED = ({"data": "held back", "patients": 5, "differences": {}},)


@pytest.fixture
def run(room: Workspace, home: Path, tmp_path: Path) -> Path:
    """A finished run whose new model flags everything."""
    folder = home / "data" / "retraining" / "20261122-000000-000000"
    save_tiny(folder, thresholds=dict.fromkeys(CLASSES, 0.0))
    request = {"bundles": str(tmp_path / "bundles"), "model": "tiny", "recipe": "corrections", "judge": []}
    write_text(folder / REQUEST, json_text(request))
    write_state(folder, RunState(Phase.DONE, old="tiny", compared=COMPARED))
    room.retraining.look()
    return folder


def test_both_are_seen_on_the_case_and_neither_joins_the_models_in_use(
    room: Workspace, run: Path, tiny_volume: Volume, patient_room: Callable[[], None], qtbot: Any
) -> None:
    room.show_volume(tiny_volume)
    patient_room()
    case, used = room.case, (room.models.shown, room.models.ticked, room.models.cards)
    assert case is not None
    old_said = case.predictions.said["tiny"]
    said = OldAndNew(room)
    maps = OldAndNewMaps(room, said)
    dialog = OldAndNewDialog(room, said, maps, HeldBackCases(room, said))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: said.complete and room.jobs.idle, timeout=30_000)
    dialog.refresh()
    assert said.said(Side.OLD) is old_said, "what was said already is not computed again"
    assert set(case.predictions.said) == {"tiny"}
    assert (room.models.shown, room.models.ticked, room.models.cards) == used

    quiet = old_said.flags()
    gained = [(int(i), CLASSES[c]) for i, c in np.argwhere(~quiet)]
    assert [(change.index, change.class_name) for change in said.changes] == gained
    assert all(change.flagged for change in said.changes)
    last = dialog.changes.topLevelItem(dialog.changes.topLevelItemCount() - 1)
    assert last is not None
    dialog.changes.setCurrentItem(last)
    assert room.view.slice_index == gained[-1][0]

    maps.choose(gained[-1][1])
    index = room.view.slice_index
    qtbot.waitUntil(lambda: maps.found(Side.NEW, index) is not None, timeout=30_000)
    new_scene, old_scene = dialog.pictures[Side.NEW].scene(), dialog.pictures[Side.OLD].scene()
    assert new_scene is not None
    assert old_scene is not None
    assert old_scene.heatmaps == ()
    assert "not flagged here" in old_scene.note
    assert new_scene.heatmaps or new_scene.note == "no activation"

    case.hide_model(True)
    room.reading.shown_changed.emit()
    dialog.refresh()
    assert said.changes == ()
    assert "hidden" in dialog.words.text()
    case.hide_model(False)

    (run / "model.safetensors").unlink()
    said.request()
    dialog.refresh()
    assert str(run) in dialog.words.text()
    assert not dialog.use.isEnabled()
    dialog.close()


def test_the_held_back_case_that_changed_most_comes_first_and_opens_where_it_changed(
    room: Workspace, run: Path, tmp_path: Path, tiny_volume: Volume, qtbot: Any
) -> None:
    held = [f"P{n}" for n in range(40) if is_held_back(f"P{n}", SHARE)][:2]
    taught = next(f"P{n}" for n in range(40) if not is_held_back(f"P{n}", SHARE))
    for number, patient in enumerate((*held, taught)):
        identity = replace(tiny_volume.identity, patient_id=patient, series_instance_uid=f"1.2.{number}")
        volume = replace(tiny_volume, identity=identity)
        annotation = annotation_of_mask(
            np.zeros(volume.shape, np.uint8),
            series_instance_uid=identity.series_instance_uid,
            sop_instance_uids=volume.sop_instance_uids,
        )
        export(Material(volume, annotation), tmp_path / "bundles" / patient, ["bundle"])
    said = OldAndNew(room)
    cases = HeldBackCases(room, said)
    cases.start()
    qtbot.waitUntil(lambda: cases.busy is None, timeout=30_000)
    assert [case.patient for case in cases.cases] == held
    cases.open(cases.cases[0])
    qtbot.waitUntil(lambda: room.case is not None, timeout=30_000)
    assert room.case is not None
    assert room.case.volume.identity.patient_id == held[0]
    assert room.view.slice_index == cases.cases[0].first
