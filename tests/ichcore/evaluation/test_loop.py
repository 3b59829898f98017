"""The loop as it is promised: corrected cases of a drifted scanner make a better model, in twenty minutes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_twenty_corrected_cases_make_a_better_model_that_has_forgotten_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "loop.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(done.stdout.splitlines()[-1])["figures"]
    assert figures["drifted"]["auc any"]["verdict"] == "better"
    assert figures["usual"]["auc any"]["verdict"] != "worse"
