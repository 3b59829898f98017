"""Our small tables against the maps they stand for."""

import numpy as np
import pyqtgraph
import pytest

from ichviewer.widgets.canvas.colour_maps import colour_map


@pytest.mark.parametrize("name", ["inferno", "viridis", "cividis"])
def test_table_follows_the_original(name: str) -> None:
    original = pyqtgraph.colormap.get(name).getLookupTable(0, 1, 256, mode="byte")[:, :3]
    assert np.abs(colour_map(name, "any").astype(int) - original.astype(int)).max() <= 6


def test_class_ramp_ends_in_the_class_colour() -> None:
    assert colour_map("class", "subdural")[255].tolist() == [0x00, 0x9E, 0x73]
