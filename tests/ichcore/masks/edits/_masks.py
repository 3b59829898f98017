"""Small label maps, grids and pictures to edit."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.voxel_grid import VoxelGrid
from ichcore.volume import Geometry

SHAPE = (4, 12, 14)


def even_grid(shape=SHAPE, step=5.0, pixel=(0.5, 0.5)):
    return VoxelGrid.of(Geometry.regular(shape, (step, *pixel)))


def label_map(labels, origin=Origin.HUMAN):
    labels = np.asarray(labels, np.uint8)
    return LabelMap(labels, np.where(labels > 0, origin, Origin.NONE).astype(np.uint8))


def blobs(shape=SHAPE):
    """Label maps of a few boxes, which holes, islands and borders between labels come out of."""

    @st.composite
    def made(draw):
        labels = np.zeros(shape, np.uint8)
        origins = np.zeros(shape, np.uint8)
        for _ in range(draw(st.integers(0, 5))):
            low = [draw(st.integers(0, size - 1)) for size in shape]
            high = [draw(st.integers(at + 1, size)) for at, size in zip(low, shape, strict=True)]
            box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
            labels[box] = draw(st.integers(0, 6))
            origins[box] = draw(st.sampled_from(list(Origin)))
        return LabelMap(labels, origins)

    return made()


def pictures(shape=SHAPE):
    return hnp.arrays(np.int16, shape, elements=st.integers(0, 80))


def grids(shape=SHAPE):
    """Uneven and sheared, and some without a spacing."""

    @st.composite
    def made(draw):
        steps = draw(st.lists(st.floats(0.0, 6.0), min_size=shape[0] - 1, max_size=shape[0] - 1))
        shear = draw(st.floats(-0.5, 0.5))
        along = np.concatenate([[0.0], np.cumsum(steps)])
        origins = np.outer(along, [0.0, shear, 1.0])
        spacing = draw(st.sampled_from([None, (0.5, 0.5), (1.0, 0.7)]))
        return VoxelGrid.of(Geometry(shape, origins, pixel_spacing_mm=spacing))

    return made()


def voxels(shape=SHAPE):
    return st.tuples(*(st.integers(0, size - 1) for size in shape))


def after(edit, of):
    """The labels that an edit gives, with the label map left as it is."""
    copy = of.copy()
    edit.apply(copy)
    return copy


def disk(shape, center, radius):
    rows, columns = np.indices(shape)
    return (rows - center[0]) ** 2 + (columns - center[1]) ** 2 <= radius**2
