"""Compared explanations: what is chosen, and what the background finds, with a tiny untrained model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ichcore.subtypes import CLASSES
from ichcore.volume import Volume
from ichviewer.documents.case import Case
from ichviewer.documents.comparison import MOST, Asked, Comparison, Explanation, Found, leading_class
from ichviewer.documents.view_state import Layout
from ichviewer.documents.workspace import Workspace
from tests.ichviewer.conftest import make_volume, predicted


def test_the_methods_of_the_model_are_compared_until_the_reader_chooses(qapp: object) -> None:
    comparison = Comparison()
    comparison.offer(("sfcam", "gradcam"))
    assert comparison.explanations == (Explanation("sfcam"), Explanation("gradcam"))
    comparison.choose(1, method="layercam", layer="block3")
    comparison.offer(("sfcam", "gradcam", "layercam"))
    assert comparison.explanations == (Explanation("sfcam"), Explanation("layercam", "block3"))


def test_two_to_six_panes_with_that_of_the_agreement(qapp: object) -> None:
    comparison = Comparison()
    comparison.offer(("sfcam", "gradcam"))
    comparison.remove(0)
    assert comparison.panes == 2
    comparison.show_votes(True)
    while comparison.panes < MOST:
        comparison.add()
    assert len(comparison.explanations) == MOST - 1
    comparison.add()
    assert comparison.panes == MOST
    comparison.show_votes(False)
    comparison.add()
    comparison.show_votes(True)
    assert not comparison.votes_shown, "there is no room for it"


def test_another_model_has_layers_of_its_own(qapp: object) -> None:
    comparison = Comparison()
    comparison.choose(0, layer="block3", class_name="subdural")
    comparison.forget_layers()
    assert comparison.explanations[0] == Explanation(comparison.explanations[0].method, None, "subdural")


def test_the_leading_class_is_the_likeliest_flagged_subtype(qapp: object) -> None:
    case = Case(make_volume(3))
    assert leading_class(case, 1) is None
    said = predicted(3, high={1: "subdural"})
    said.probabilities[1, CLASSES.index("epidural")] = 0.95
    said.probabilities[2, 0] = 0.7
    case.set_prediction(said)
    assert [leading_class(case, i) for i in range(3)] == [None, "epidural", "any"]


@pytest.fixture
def comparing(
    engine: None, room: Workspace, tiny_volume: Volume, patient_room: Callable[[], None]
) -> Workspace:
    """Everything is flagged on every slice, and the comparison is on screen."""
    room.show_volume(tiny_volume)
    patient_room()
    assert room.case is not None
    room.case.set_thresholds(np.zeros(6, np.float32))
    room.view.set_layout(Layout.COMPARE)
    patient_room()
    return room


def found_by(room: Workspace) -> list[Found | None]:
    comparison, case, index = room.inference.comparison, room.case, room.view.slice_index
    return [comparison.found(index, each.on(case, index)) for each in comparison.explanations]


def agreement_of(room: Workspace) -> object:
    comparison, index = room.inference.comparison, room.view.slice_index
    asked = Asked.of(room.case, comparison, index, room.view.overlay.threshold)
    return comparison.agreement(index, asked)


def test_every_pane_gets_its_map_and_the_slice_its_agreement(comparing: Workspace) -> None:
    found = found_by(comparing)
    assert len(found) >= 3
    methods = [each.heatmap.method for each in found if each and each.heatmap]
    assert methods == [each.method for each in comparing.inference.comparison.explanations]
    said = agreement_of(comparing)
    assert said is not None
    assert said.dice.shape == (len(found), len(found))
    assert said.voters >= 2


def test_nothing_is_computed_while_no_comparison_is_on_screen(
    comparing: Workspace, patient_room: Callable[[], None]
) -> None:
    comparing.view.set_layout(Layout.ONE_UP)
    comparing.inference.comparison.choose(0, class_name="any")
    comparing.view.go_to_slice(0)
    patient_room()
    assert found_by(comparing)[0] is None


def test_one_changed_pane_leaves_the_maps_of_the_others_as_they_are(
    comparing: Workspace, patient_room: Callable[[], None]
) -> None:
    before = found_by(comparing)
    layers = comparing.inference.cam_layers
    assert layers is not None
    comparing.inference.comparison.choose(1, class_name="subdural", layer=layers.names[0])
    patient_room()
    after = found_by(comparing)
    assert after[0].heatmap is before[0].heatmap
    assert (after[1].heatmap.class_name, after[1].heatmap.layer) == ("subdural", layers.names[0])


def test_a_class_that_is_not_flagged_has_no_map(
    comparing: Workspace, patient_room: Callable[[], None]
) -> None:
    assert comparing.case is not None
    thresholds = np.zeros(6, np.float32)
    thresholds[CLASSES.index("epidural")] = 1.0
    comparing.inference.comparison.choose(0, class_name="epidural")
    patient_room()
    assert found_by(comparing)[0].heatmap is not None
    comparing.case.set_thresholds(thresholds)
    patient_room()
    assert found_by(comparing)[0].heatmap is None
    said = agreement_of(comparing)
    assert np.isnan(said.dice[0]).all()


def test_a_layer_that_the_model_does_not_have_is_told_in_the_pane_alone(
    comparing: Workspace, patient_room: Callable[[], None]
) -> None:
    comparing.inference.comparison.choose(1, layer="nowhere")
    patient_room()
    found = found_by(comparing)
    assert "nowhere" in found[1].refusal
    assert found[0].heatmap is not None
    assert agreement_of(comparing) is not None


def test_the_threshold_changes_boxes_and_agreement(
    comparing: Workspace, patient_room: Callable[[], None]
) -> None:
    before = agreement_of(comparing)
    comparing.view.change_overlay(threshold=0.8)
    assert agreement_of(comparing) is None, "what is shown is of the threshold that is shown"
    patient_room()
    after = agreement_of(comparing)
    assert int(after.votes.sum()) < int(before.votes.sum())


def test_answers_of_a_series_that_is_closed_are_dropped(
    comparing: Workspace, patient_room: Callable[[], None]
) -> None:
    comparing.view.go_to_slice(0)
    comparing.close_case()
    patient_room()
    assert comparing.inference.comparison.kept(0) == {}


def test_a_long_scroll_keeps_the_maps_of_the_slices_around_only(
    engine: None, room: Workspace, patient_room: Callable[[], None]
) -> None:
    room.show_volume(make_volume(24))
    patient_room()
    room.case.set_thresholds(np.zeros(6, np.float32))
    room.view.go_to_slice(0)
    room.view.set_layout(Layout.COMPARE)
    patient_room()
    for index in (6, 12, 18, 23):
        room.view.go_to_slice(index)
        patient_room()
    kept = [index for index in range(24) if room.inference.comparison.kept(index)]
    assert 23 in kept
    assert 0 not in kept


def test_a_map_that_hears_its_neighbours_is_drawn_again_as_their_flags_change(
    comparing: Workspace, patient_room: Callable[[], None]
) -> None:
    case, index = comparing.case, comparing.view.slice_index
    assert case is not None
    comparing.inference.comparison.choose(1, method="sfcam+context", class_name="any")
    comparing.inference.comparison.choose(0, method="sfcam", class_name="any")
    patient_room()
    before = found_by(comparing)
    assert before[1].heatmap.method == "sfcam+context"
    assert not np.array_equal(before[1].heatmap.raw, before[0].heatmap.raw)
    said = np.zeros_like(case.prediction.probabilities)
    said[index, 0] = 1.0
    case.take_prediction(replace(case.prediction, probabilities=said), complete=True)
    case.set_thresholds(np.full(6, 0.5, np.float32))
    patient_room()
    after = found_by(comparing)
    np.testing.assert_array_equal(after[1].heatmap.raw, before[0].heatmap.raw)
    assert after[0].heatmap is before[0].heatmap
