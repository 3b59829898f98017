"""A heat map from a file is looked at in place of the model's, and is no label."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ichcore.export.dicom_pmap import PmapFormat
from ichviewer.widgets.canvas.scene import scene_of
from tests.ichcore.export.made import material, series
from tests.ichviewer.documents.reading_room import workspace
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace

__all__ = ["workspace"]


def test_a_parametric_map_is_shown_until_another_layer_is_chosen(
    workspace: QuietWorkspace, qtbot, tmp_path: Path
) -> None:
    source = replace(material(series(tmp_path / "ct")), explanation=("sfcam", "block4"))
    _, file = PmapFormat().write(source, tmp_path / "maps")
    told: list[str] = []
    workspace.reading.notice_raised.connect(lambda _, sentence: told.append(sentence))
    case = workspace.show_case(source.volume, first=3)
    view = workspace.view
    view.change_overlay(visible=False, class_name="epidural")

    workspace.reading.importing.start(case, file)
    qtbot.waitUntil(lambda: case.read_map is not None, timeout=60_000)
    scene = scene_of(case, view, 3, view.window, main=True)
    (shown,) = scene.heatmaps
    assert np.array_equal(shown.activation, source.activation["subdural"][3])
    assert (scene.overlay.visible, scene.overlay.class_name) == (True, "subdural")
    assert "SDH by window-fusion, SF-CAM on block4" in told[-1]
    qtbot.waitUntil(lambda: "read_map" in {badge.code for badge in workspace.badges}, timeout=60_000)
    assert workspace.annotating.label_map is None, "a heat map opens no annotation"

    case.hide_model(True)
    assert scene_of(case, view, 3, view.window, main=True).heatmaps == ()
    workspace.reading.importing.start(case, file)
    qtbot.waitUntil(lambda: "hidden until you lock" in told[-1], timeout=60_000)
    case.hide_model(False)
    case.show_map(None)
    assert scene_of(case, view, 3, view.window, main=True).heatmaps == ()
