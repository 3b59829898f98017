from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st

from ichcore.volume import Volume
from ichviewer.documents import history as module
from ichviewer.documents.case import Case
from ichviewer.documents.history import MeasurementHistory
from ichviewer.documents.measurements import Measurement
from tests.ichviewer.conftest import make_volume

LINE = Measurement(1, "distance", 0, ((0.0, 0.0), (1.0, 1.0)))


@pytest.fixture
def case(qapp, tiny_volume: Volume) -> Case:
    return Case(tiny_volume)


def test_a_drag_is_one_step_back(case: Case) -> None:
    history = MeasurementHistory(case)
    case.put_measurement(LINE)
    for i in range(20):
        case.put_measurement(replace(LINE, points=((0.0, 0.0), (float(i), 9.0))))
    history.undo()
    assert case.measurements == (LINE,)
    history.undo()
    assert case.measurements == ()


def test_two_drags_are_two_steps(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAG_MS", -1)
    history = MeasurementHistory(case)
    for i in range(3):
        case.put_measurement(replace(LINE, points=((0.0, 0.0), (float(i), 9.0))))
    history.undo()
    assert case.measurements[0].points[1] == (1.0, 9.0)


def test_a_new_drawing_after_undo_forgets_what_was_ahead(case: Case) -> None:
    history = MeasurementHistory(case)
    case.put_measurement(LINE)
    history.undo()
    case.put_measurement(replace(LINE, identifier=2))
    assert not history.can_redo


def test_a_removal_comes_back(case: Case) -> None:
    history = MeasurementHistory(case)
    case.put_measurement(LINE)
    case.remove_measurement(1)
    history.undo()
    assert case.measurements == (LINE,)


VOLUME = make_volume(2, side=16)


@limited(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.integers(0, 99)), max_size=12))
def test_undoing_everything_and_redoing_it_returns_to_the_same(
    qapp, edits: list[tuple[bool, int, int]]
) -> None:
    case = Case(VOLUME)
    history = MeasurementHistory(case)
    for put, identifier, column in edits:
        if put:
            case.put_measurement(Measurement(identifier, "distance", 0, ((0.0, 0.0), (1.0, float(column)))))
        else:
            case.remove_measurement(identifier)
    end = case.measurements
    while history.can_undo:
        history.undo()
    assert case.measurements == ()
    while history.can_redo:
        history.redo()
    assert case.measurements == end
