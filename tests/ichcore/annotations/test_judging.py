from __future__ import annotations

import numpy as np
import pytest

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.answer import Answer, Verdict
from ichcore.annotations.arguing import argument_of, reason
from ichcore.annotations.contents import Contents
from ichcore.annotations.judging import accepted, finished, is_finished, verdict_of
from ichcore.annotations.slice_labels import slice_labels
from ichcore.annotations.worklist import Argument
from ichcore.subtypes import CLASSES
from tests.ichviewer.widgets.quiet_workspace import make_prediction

MODEL = "tiny@ab"


@pytest.mark.parametrize(
    ("suggested", "answer", "verdict"),
    [
        (True, "yes", "accepted"),
        (False, "no", "accepted"),
        (True, "no", "rejected"),
        (False, "yes", "corrected"),
        (True, "unsure", "corrected"),
        (None, "yes", None),
    ],
)
def test_what_an_answer_makes_of_a_suggestion(suggested, answer, verdict) -> None:
    assert verdict_of(suggested, Answer(answer)) == (None if verdict is None else Verdict(verdict))


def test_accepting_a_slice_keeps_agreement_and_says_what_changed() -> None:
    contents = Contents.empty((3, 4, 4))
    step = accepted(contents, 1, {"any": True, "subdural": True, "epidural": False}, "Ada", MODEL)
    step.apply(contents)
    assert {name: said.answer.value for (_, name), said in contents.answers.items()} == {
        "any": "yes",
        "subdural": "yes",
        "epidural": "no",
    }
    assert {said.verdict for said in contents.answers.values()} == {Verdict.ACCEPTED}
    assert {said.model for said in contents.answers.values()} == {MODEL}
    assert accepted(contents, 1, {"any": True}, "Ada", MODEL).empty
    step.revert(contents)
    assert contents.answers == {}


@pytest.mark.parametrize(
    ("drawn", "yes", "open_"),
    [(0, set(), set()), (5, {"any", "subdural"}, set()), (6, {"any"}, set(CLASSES[1:]))],
)
def test_a_finished_slice_is_what_training_reads_from_it(drawn, yes, open_) -> None:
    contents = Contents.empty((2, 4, 4))
    contents.mask.labels[1, 1, 1] = drawn
    assert not is_finished(contents, 1)
    step = finished(contents, 1, {"epidural": True}, "Ada", MODEL)
    step.apply(contents)
    assert is_finished(contents, 1)
    assert finished(contents, 1, {}, "Ada", "").empty
    said = {name: contents.answers.get((1, name)) for name in CLASSES}
    assert {name for name, one in said.items() if one and one.answer is Answer.YES} == yes
    assert {name for name, one in said.items() if one is None} == open_
    if not open_:
        assert said["epidural"].verdict is Verdict.REJECTED
    slices = {key: one for key, one in contents.answers.items() if key[0] is not None}
    labels = slice_labels(Annotation("1", ("1.1", "1.2"), contents.mask, slices))
    assert {name for c, name in enumerate(CLASSES) if labels.labels[1, c]} == yes
    assert labels.finished.tolist() == [False, True]


def test_a_reader_s_own_answer_stays_when_the_slice_is_finished() -> None:
    contents = Contents.empty((1, 2, 2))
    accepted(contents, 0, {"subarachnoid": True}, "Ada", MODEL).apply(contents)
    finished(contents, 0, {}, "Ada", "").apply(contents)
    assert contents.answers[0, "any"].answer is Answer.YES
    assert contents.answers[0, "subarachnoid"].verdict is Verdict.ACCEPTED


def test_why_a_series_waits_is_said_in_words() -> None:
    unsure = argument_of([make_prediction()])
    assert unsure.model_disagreement is None
    assert 0.5 < unsure.uncertainty <= 1
    assert reason(unsure).startswith("the model is unsure")
    assert reason(Argument()) == "not looked at yet"
    assert reason(Argument(0.2, 0.9)) == "models disagree (0.90)"
    both = Argument(0.6, 0.9)
    assert reason(both) == "models disagree (0.90), the model is unsure (0.60)"
    assert reason(both, Argument(1.0, 0.4)) == "the model is unsure (0.60), models disagree (0.90)"
    assert reason(Argument(0.1, 0.2)) == "nothing stands out (disagreement of models 0.20)"
    assert np.isclose(argument_of([make_prediction()] * 2).model_disagreement, 0)
