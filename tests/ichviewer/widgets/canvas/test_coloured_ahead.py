"""What lies over the neighbouring slices is coloured while the reader rests."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from ichviewer.documents.comparison import Found
from ichviewer.documents.view_state import Layout
from ichviewer.widgets.canvas import activation_image
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.stand_in import make_heatmap, make_prediction, make_volume


@pytest.fixture
def coloured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every overlay that is coloured."""
    done: list[int] = []
    real = activation_image.blend_patches

    def counted(*parts: Any) -> Any:
        done.append(1)
        return real(*parts)

    monkeypatch.setattr(activation_image, "blend_patches", counted)
    return done


def test_a_neighbour_is_there_before_the_reader_goes_to_it(bench: Bench, coloured: list[int]) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume, first=2)
    case.set_prediction(make_prediction(volume))
    for index in (0, 1, 3):
        heatmap, box = make_heatmap(volume, index)
        case.set_heatmaps(index, [heatmap], [box])
    assert not coloured, "nothing while the reader may go on at once"
    bench.qtbot.waitUntil(lambda: len(coloured) == 3)
    bench.workspace.view.go_to_slice(3)
    bench.screen()
    assert len(coloured) == 3


def test_every_pane_of_a_comparison_has_its_own(bench: Bench, coloured: list[int]) -> None:
    volume = make_volume()
    bench.workspace.open(volume, first=2).set_prediction(make_prediction(volume))
    bench.workspace.view.set_layout(Layout.COMPARE)
    comparison = bench.workspace.inference.comparison
    for place in range(3):
        comparison.choose(place, class_name="epidural")
    QApplication.processEvents()
    for each in comparison.explanations:
        heatmap, box = make_heatmap(volume, 1)
        comparison.put(1, each, Found(replace(heatmap, method=each.method), box))
    bench.qtbot.waitUntil(lambda: len(coloured) == 3)
    bench.workspace.view.go_to_slice(1)
    bench.screen()
    assert len(coloured) == 3
