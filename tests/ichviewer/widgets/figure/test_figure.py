"""Figures for papers: what is in the files, read back by other means than those that wrote them."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtSvg import QSvgRenderer

from ichcore.errors import IchError
from ichcore.explain.agreement import agreement
from ichviewer.base.settings import Settings
from ichviewer.documents.case import Case
from ichviewer.documents.comparison import Asked, Found
from ichviewer.documents.view_state import Layout
from ichviewer.widgets.canvas.viewport import Camera
from ichviewer.widgets.figure.content import Figure, figure_of
from ichviewer.widgets.figure.writing import write_figure
from tests.ichviewer.widgets.canvas.stand_in import StandIn, make_heatmap, make_prediction, make_volume

INDEX = 2


@pytest.fixture
def workspace(qapp: Any, tmp_path: Path) -> StandIn:
    return StandIn(Settings(tmp_path / "preferences.json"))


@pytest.fixture
def case(workspace: StandIn) -> Case:
    """One slice with its overlay of one class."""
    volume = make_volume()
    made = workspace.open(volume, first=INDEX)
    made.set_prediction(make_prediction(volume))
    heatmap, box = make_heatmap(volume, INDEX)
    made.set_heatmaps(INDEX, [heatmap], [box])
    workspace.view.change_overlay(class_name="epidural")
    return made


def compare(workspace: StandIn, case: Case) -> None:
    """Three methods and their agreement are on screen."""
    comparison, view = workspace.inference.comparison, workspace.view
    view.set_layout(Layout.COMPARE)
    comparison.show_votes(True)
    maps = []
    for place in range(3):
        comparison.choose(place, class_name="epidural")
        each = comparison.explanations[place]
        heatmap, box = make_heatmap(case.volume, INDEX)
        maps.append(np.roll(heatmap.activation, 8 * place, axis=1))
        found = replace(heatmap, method=each.method, activation=maps[-1])
        comparison.put(INDEX, each, Found(found, box))
    asked = Asked.of(case, comparison, INDEX, view.overlay.threshold)
    comparison.put_agreement(INDEX, asked, agreement(maps, view.overlay.threshold, (1.0, 1.0)))


def figure(workspace: StandIn, case: Case, *, with_identity: bool = False) -> Figure:
    return figure_of(workspace, case, Camera(), with_identity=with_identity)  # type: ignore[arg-type]


def words_of_svg(path: Path) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8")))


def test_a_png_has_300_dpi_and_its_parameters(workspace: StandIn, case: Case, tmp_path: Path) -> None:
    compare(workspace, case)
    target = tmp_path / "figure.png"
    write_figure(figure(workspace, case), target)
    with Image.open(target) as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert picture.width == pytest.approx((180 + 8) / 25.4 * 300, abs=1)
        assert "SHA-256 " + "0" * 64 in picture.info["Description"]
        assert "SF-CAM · block4 · EDH" in picture.info["Title"]
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    assert (pixels[0] == 255).all(), "paper is white"
    assert (pixels[..., 0] - pixels[..., 2]).max() > 100, "the maps are there"
    assert [path.name for path in tmp_path.glob("*.png")] == ["figure.png"]


def test_an_svg_has_captions_figures_and_parameters_as_text(
    workspace: StandIn, case: Case, tmp_path: Path
) -> None:
    compare(workspace, case)
    target = tmp_path / "figure.svg"
    made = figure(workspace, case)
    write_figure(made, target)
    words, whole = words_of_svg(target), target.read_text(encoding="utf-8")
    for said in ("SF-CAM · block4 · EDH", "LayerCAM · block4 · EDH", "Agreement: maps above 0.20"):
        assert said in words
    assert "activation, share of the slice's maximum".replace("'", "&apos;") in words or "share of" in words
    assert made.agreement is not None
    assert f"{made.agreement.dice[0, 1]:.2f}" in words
    assert "Slice 3 of 5 (index 2), position 10.0 mm" in words
    assert "level 40, width 80 (brain, linear)" in words
    assert "Research use only" in words
    assert whole.count("<image ") == 4
    assert QSvgRenderer(str(target)).isValid()


def test_a_pdf_opens_with_embedded_text_and_pictures(workspace: StandIn, case: Case, tmp_path: Path) -> None:
    compare(workspace, case)
    target = tmp_path / "figure.pdf"
    write_figure(figure(workspace, case), target)
    data = target.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert data.count(b"/Subtype /Image") >= 4
    assert b"/FontFile" in data, "text is text, with its font"
    box = re.search(rb"/MediaBox \[([\d. ]+)\]", data)
    assert box is not None
    width_pt = float(box.group(1).split()[2])
    assert width_pt == pytest.approx((180 + 8) / 25.4 * 72, abs=1.0)
    assert b"DOE" not in data
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    assert any(b"Tf" in _inflated(stream) for stream in streams)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_one_view_gives_one_pane(workspace: StandIn, case: Case, tmp_path: Path) -> None:
    made = figure(workspace, case)
    assert [pane.caption for pane in made.panes] == ["LayerCAM · block4 · EDH"]
    assert made.panes[0].aside == "EDH 0.94"
    assert made.agreement is None
    write_figure(made, tmp_path / "one.svg")
    assert "Dice" not in words_of_svg(tmp_path / "one.svg")


def test_a_pane_without_a_map_says_why(workspace: StandIn, case: Case) -> None:
    compare(workspace, case)
    case.set_thresholds(np.array([0.5, 0.99, 0.5, 0.5, 0.5, 0.5], np.float32))
    assert figure(workspace, case).panes[0].note == "EDH not flagged here"


def test_boxes_are_drawn_as_lines_where_they_are(workspace: StandIn, case: Case) -> None:
    ((part, class_name),) = figure(workspace, case).panes[0].boxes
    assert class_name == "epidural"
    assert (part.width(), part.height()) == (pytest.approx(0.25), pytest.approx(0.25))


def test_the_figure_shows_what_the_zoom_shows(workspace: StandIn, case: Case) -> None:
    near = figure_of(workspace, case, Camera(2.0, (8.0, 8.0)), with_identity=False)  # type: ignore[arg-type]
    assert near.mm_across == pytest.approx(32.0, rel=0.02)
    assert near.panes[0].boxes[0][0].width() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("asked", [False, True])
def test_patient_text_is_there_only_when_asked_for(
    workspace: StandIn, case: Case, tmp_path: Path, asked: bool
) -> None:
    target = tmp_path / "figure.svg"
    write_figure(figure(workspace, case, with_identity=asked), target)
    # four letters are found in half a megabyte of base64 by chance
    text = re.sub(r"base64,[^\"]*", "", target.read_text(encoding="utf-8"))
    assert len(text) < 200_000
    for secret in ("P-0042", "General Hospital", "2018"):
        assert (secret in text) == asked
    assert ("JANE" in text.upper()) == asked


def test_another_format_is_refused_and_nothing_is_left(
    workspace: StandIn, case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    with pytest.raises(IchError, match=r"choose \.pdf, \.svg or \.png"):
        write_figure(figure(workspace, case), folder / "figure.tif")
    assert not folder.exists()


def test_the_bar_of_a_class_has_its_name_and_no_number_in_its_middle(
    workspace: StandIn, case: Case, tmp_path: Path
) -> None:
    write_figure(figure(workspace, case), tmp_path / "one.svg")
    assert " 0.5 " in words_of_svg(tmp_path / "one.svg")
    workspace.view.change_overlay(class_name=None)
    write_figure(figure(workspace, case), tmp_path / "class.svg")
    words = words_of_svg(tmp_path / "class.svg")
    assert " 0.5 " not in words
    assert " 0.20 " in words
