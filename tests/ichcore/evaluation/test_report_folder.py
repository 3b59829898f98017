"""What a reader opens: plots, tables and one page."""

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest

from ichcore.evaluation.plots.class_lines import PLOTS
from ichcore.evaluation.plots.unit_square import THEMED
from ichcore.evaluation.report import report_of
from ichcore.evaluation.report_folder import write_report
from ichcore.evaluation.tables.outcome import Outcome, read_outcome
from tests.ichcore.evaluation.test_scored import a_set

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", list(PLOTS))
def test_each_class_with_positives_is_a_line_with_its_name_and_dashes(name):
    draw, corner = PLOTS[name]
    root = ET.fromstring(draw(a_set()).svg(legend=corner))
    lines = root.findall(f"{SVG}polyline")
    assert [line.find(f"{SVG}title").text.split()[0] for line in lines] == ["ANY", "EDH", "IPH", "IVH"]
    assert len({line.get("stroke-dasharray") for line in lines}) == 4, "never told apart by colour alone"
    for line in lines:
        points = np.array([pair.split(",") for pair in line.get("points").split()], float)
        assert (points >= 0).all()
        assert points[:, 0].max() <= float(root.get("width"))


def test_a_plot_of_its_own_turns_dark_and_one_in_a_page_leaves_that_to_the_page():
    draw, corner = PLOTS["roc"]
    alone, inside = (draw(a_set()).svg(legend=corner, alone=value) for value in (True, False))
    assert THEMED["ground"][1] in alone
    assert "<style" not in inside


def test_nothing_to_draw_is_an_empty_plot():
    empty = a_set(known=np.zeros((80, 6), bool))
    for draw, corner in PLOTS.values():
        assert not ET.fromstring(draw(empty).svg(legend=corner)).findall(f"{SVG}polyline")


class Page(HTMLParser):
    """Counts tags and what would be fetched from elsewhere."""

    def __init__(self):
        super().__init__()
        self.open, self.fetched, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)
        self.fetched += [value for key, value in attrs if key in ("src", "href")]

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_folder_holds_what_the_page_shows(tmp_path):
    scored = a_set()
    place = {"windows": "three", "trained_windows": True, "fusion": True}
    outcome = Outcome("<net>", "he2024", "phantoms", place, report_of(scored, resamples=5))
    other = Outcome("other", "he2024", "phantoms", {**place, "fusion": False}, outcome.report)
    write_report(tmp_path, outcome, scored, beside=[other], phantoms=True)
    assert {p.name for p in tmp_path.iterdir()} == {
        "evaluation.json",
        "tables.md",
        "report.html",
        "roc.svg",
        "precision-recall.svg",
        "calibration.svg",
    }
    text = (tmp_path / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert page.open == []
    assert page.fetched == [], "one file, no connection"
    assert "script" not in page.tags
    assert page.tags.count("svg") == 3
    assert "&lt;net&gt;" in text
    assert "<net>" not in text
    assert "they say nothing of real patients" in text
    assert "He 2024, Table 3" in text
    assert "Not a medical device" in text
    value = outcome.report["slice"]["auc"]["any"]
    assert f"{value:.3f}" in text
    assert f"{value:.3f}" in (tmp_path / "tables.md").read_text()
    again = read_outcome(tmp_path / "evaluation.json")
    assert again.report["slice"] == outcome.report["slice"]
    json.loads((tmp_path / "evaluation.json").read_text())


def test_a_real_set_is_not_called_a_phantom(tmp_path):
    scored = a_set()
    outcome = Outcome("net", "ko2020", "some hospital", {}, report_of(scored, resamples=5))
    write_report(tmp_path, outcome, scored, phantoms=False)
    assert "hantom" not in (tmp_path / "report.html").read_text()
    assert "hantom" not in (tmp_path / "tables.md").read_text()


def test_a_set_without_blood_has_alarms_and_no_curves(tmp_path):
    scored = a_set(labels=np.zeros((80, 6), bool))
    outcome = Outcome("net", "he2024", "blank heads", {}, report_of(scored, resamples=5))
    write_report(tmp_path, outcome, scored, phantoms=False)
    assert not list(tmp_path.glob("*.svg"))
    text = (tmp_path / "report.html").read_text()
    assert "Flagged without blood" in text
    assert "Curves" not in text
    assert "AUC, any hemorrhage" not in text
    assert "Alarms" in text
