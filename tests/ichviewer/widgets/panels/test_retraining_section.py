"""The section that trains on bundles and shows old beside new."""

import pytest

from ichcore.models.card import Card
from ichcore.training.run_state import Phase, RunState, write_state
from ichviewer.documents.retraining import Retraining
from ichviewer.widgets.panels.retraining_section import RetrainingSection

GAIN = {"a": 0.902, "b": 0.951, "gain": 0.049, "gain_interval": [0.021, 0.083], "verdict": "better"}
NOTHING = {"a": None, "b": None, "gain": None, "gain_interval": [None, None], "verdict": "not told apart"}
COMPARED = (
    {"data": "patients held back", "patients": 5, "differences": {"auc any": GAIN, "auc_mean": NOTHING}},
    {"data": "the recipe's test set", "patients": 77, "differences": {"auc any": GAIN, "log_loss": GAIN}},
)


@pytest.fixture
def section(qtbot, tmp_path):
    section = RetrainingSection(Retraining(tmp_path / "runs", lambda *_: None))
    section.header.setChecked(True)
    section.setFixedWidth(304)
    qtbot.addWidget(section)
    section.show()
    return section


def texts(section):
    items = (section._grid.itemAt(i) for i in range(section._grid.count()))
    return [item.widget().text() for item in items]


def test_a_run_is_begun_watched_compared_and_only_then_used(section, tmp_path):
    document = section._retraining
    assert not section.use.isVisible()
    section.begin(tmp_path / "bundles")
    assert not section.start.isEnabled()
    assert section.stop.isVisible()
    write_state(document.run, RunState(Phase.TRAINING, "epoch 2 of 3", 120, 240))
    document.look()
    assert "epoch 2 of 3 120/240" in section.words.text()
    assert (section.bar.value(), section.bar.maximum()) == (120, 240)
    assert not section.use.isEnabled()
    write_state(document.run, RunState(Phase.DONE, old="a", compared=COMPARED))
    document.look()
    assert section.use.isEnabled()
    assert section.start.isEnabled()
    said = texts(section)
    assert "patients held back, 5 patients" in said
    assert "gain +0.049, +0.021 to +0.083" in said
    assert "AUC mean" not in said


def test_a_failure_is_said_and_can_go_on(section, tmp_path):
    section.begin(tmp_path / "bundles")
    write_state(section._retraining.run, RunState(Phase.FAILED, "The folder holds no bundle."))
    section._retraining.look()
    assert section.words.text() == "The folder holds no bundle."
    assert section.go_on.isVisible()
    assert not section.use.isEnabled()


@pytest.mark.parametrize(
    ("architecture", "model"), [("window_fusion", "mine"), ("cnn_bilstm", ""), (None, "")]
)
def test_the_shown_model_learns_where_slices_can_teach_it(qtbot, tmp_path, architecture, model):
    card = None if architecture is None else Card("mine", "", "he2024", architecture, {}, 64, 3.0)
    section = RetrainingSection(Retraining(tmp_path / "runs", lambda *_: None), lambda: card)
    qtbot.addWidget(section)
    assert ("mine learns on." in section.words.text()) == bool(model)
    section.begin(tmp_path / "bundles")
    assert section._retraining.request.model == model
