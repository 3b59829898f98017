"""Weak masks as the panels see them, over the real engine with a tiny untrained model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ichcore.volume import Volume
from ichviewer.documents.weak_masks import WeakMasks
from ichviewer.documents.workspace import Workspace

pytestmark = pytest.mark.usefixtures("engine")
ALWAYS, NEVER = np.zeros(6, np.float32), np.full(6, 2.0, np.float32)


@pytest.fixture
def masks(room: Workspace, tiny_volume: Volume, patient_room: Callable[[], None]) -> WeakMasks:
    """Those of a small series that was predicted, every slice flagged."""
    room.show_volume(tiny_volume)
    patient_room()
    assert room.case is not None
    room.case.set_thresholds(ALWAYS)
    return room.inference.masks


def measured(masks: WeakMasks, qtbot: QtBot) -> None:
    """Wait for the volumes, which come once the settings rest."""
    qtbot.waitUntil(lambda: masks.blood is not None, timeout=60_000)


def test_nothing_is_made_until_masks_are_shown(
    masks: WeakMasks, room: Workspace, patient_room: Callable[[], None]
) -> None:
    patient_room()
    assert masks.mask(room.view.slice_index) is None
    masks.change(visible=True)
    patient_room()
    made = masks.mask(room.view.slice_index)
    assert made is not None
    assert made.labels.shape == room.case.volume.shape[1:]


def test_masks_are_there_for_the_slices_around(masks, room, patient_room, qtbot) -> None:
    masks.change(visible=True)
    measured(masks, qtbot)
    patient_room()
    assert all(masks.mask(index) is not None for index in range(room.view.slices))


def test_the_threshold_moves_the_mask_and_the_volumes(masks, room, patient_room, qtbot) -> None:
    masks.change(visible=True, crf_weight=0.0, threshold=0.2)
    patient_room()
    measured(masks, qtbot)
    low, low_ml = masks.mask(room.view.slice_index), masks.blood
    masks.change(threshold=0.7)
    assert masks.blood is None
    patient_room()
    measured(masks, qtbot)
    high, high_ml = masks.mask(room.view.slice_index), masks.blood
    assert (high.labels > 0).sum() < (low.labels > 0).sum()
    assert high_ml.volumes_ml["any"] < low_ml.volumes_ml["any"]


def test_while_a_setting_moves_the_mask_before_stays(masks, room, patient_room) -> None:
    masks.change(visible=True)
    patient_room()
    before = masks.mask(room.view.slice_index)
    masks.change(threshold=0.7)
    assert masks.mask(room.view.slice_index) is before


def test_other_operating_points_make_all_anew(masks, room, patient_room, qtbot) -> None:
    masks.change(visible=True)
    patient_room()
    room.case.set_thresholds(NEVER)
    patient_room()
    assert not masks.mask(room.view.slice_index).steps
    measured(masks, qtbot)
    assert masks.blood.slices == 0


def test_another_case_starts_empty(masks, room, patient_room) -> None:
    masks.change(visible=True)
    patient_room()
    room.close_case()
    assert masks.mask(0) is None
    assert masks.blood is None
