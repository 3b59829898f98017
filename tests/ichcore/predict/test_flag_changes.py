"""Where another model flags otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.predict.flag_changes import FlagChange, flag_changes, largest_change
from tests.ichviewer.conftest import predicted


def test_flags_gained_and_lost_are_changes_and_what_one_does_not_predict_is_none():
    old = predicted(high={1: "subdural", 2: "epidural"})
    new = predicted(high={1: "subdural", 3: "epidural"})
    new.probabilities[2, 2] = np.nan
    new.probabilities[4, 0] = 0.45
    found = flag_changes(old, new)
    assert [(c.index, c.class_name, c.flagged) for c in found] == [
        (2, "any", False),
        (2, "epidural", False),
        (3, "any", True),
        (3, "epidural", True),
    ]
    assert found[0] == FlagChange(2, "any", pytest.approx(0.9), pytest.approx(0.1), False)
    assert largest_change(old, new) == pytest.approx(0.8)


def test_each_model_is_held_to_its_own_thresholds():
    old = predicted()
    new = replace(predicted(), thresholds=np.full(6, 0.05, np.float32))
    assert len(flag_changes(old, new)) == old.probabilities.size
    assert largest_change(old, new) == 0


def test_predictions_of_two_series_are_refused():
    with pytest.raises(InputError, match=r"1\.2\.4"):
        flag_changes(predicted(), replace(predicted(), series_instance_uid="1.2.4"))
