from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ichcore.errors import IchError
from ichcore.volume import Volume
from ichviewer.documents.case import Case
from ichviewer.documents.findings import findings_csv, findings_json, write_findings
from tests.ichviewer.conftest import predicted


@pytest.fixture
def case(qapp, tiny_volume: Volume) -> Case:
    made = Case(tiny_volume)
    made.set_prediction(predicted(high={2: "subdural"}))
    return made


def rows(case: Case) -> list[dict[str, str]]:
    return list(csv.DictReader(findings_csv(case).splitlines()))


def test_the_table_has_a_row_a_slice_and_one_for_the_series(case: Case) -> None:
    table = rows(case)
    assert [row["index"] for row in table] == ["0", "1", "2", "3", "4", "series"]
    assert float(table[2]["subdural"]) == pytest.approx(0.9)
    assert [row["subdural_flag"] for row in table] == ["0", "0", "1", "0", "0", "1"]
    assert all("Not a medical device" in row["note"] for row in table)


def test_the_readers_operating_point_decides_the_flags(case: Case) -> None:
    case.set_thresholds(np.full(6, 0.05, np.float32))
    assert all(row["epidural_flag"] == "1" for row in rows(case))
    report = findings_json(case)
    assert report["thresholds"][0] == pytest.approx(0.05)
    assert report["model_thresholds"][0] == pytest.approx(0.5)
    assert len(report["slices"][0]["flags"]) == 6


def test_what_the_model_does_not_say_stays_empty(case: Case) -> None:
    prediction = predicted()
    prediction.probabilities[:, 3] = np.nan
    case.set_prediction(replace(prediction, model_sha256="ef" * 32))
    assert rows(case)[0]["intraventricular"] == ""
    assert findings_json(case)["slices"][0]["probabilities"][3] is None


def test_the_suffix_chooses_the_format_and_no_name_stands_in_it(case: Case, tmp_path: Path) -> None:
    for name in ("f.csv", "f.json"):
        write_findings(case, tmp_path / name)
        assert "DOE" not in (tmp_path / name).read_text()
    assert json.loads((tmp_path / "f.json").read_text())["schema"] == "ichcore.prediction/1"


def test_without_prediction_it_says_what_to_do(qapp, tiny_volume: Volume) -> None:
    with pytest.raises(IchError, match="F5"):
        findings_csv(Case(tiny_volume))
