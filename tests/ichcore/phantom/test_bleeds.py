"""Density and size of bleeds against the figures for real ones; a modest sample, hence wide margins."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from ichcore.phantom import PhantomCase
from ichcore.phantom.bleed_statistics import (
    MEAN_HU,
    VOLUME_ML,
    draw_component_volumes_ml,
    draw_mean_hu,
    draw_volume_ml,
)
from ichcore.subtypes import SUBTYPES, hemorrhage_class


def components(cases: list[PhantomCase], subtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean HU and mL of every connected component above 0.015 mL."""
    means, volumes = [], []
    for case in cases:
        named, count = ndimage.label(case.truth == hemorrhage_class(subtype).label, np.ones((3, 3, 3)))
        geometry = case.volume.geometry
        voxel_ml = geometry.require_in_plane_mm()[0] ** 2 * float(np.median(geometry.steps_mm)) / 1000
        ml = ndimage.sum(named > 0, named, range(1, count + 1)) * voxel_ml
        hu = ndimage.mean(case.volume.hu, named, range(1, count + 1))
        means.extend(hu[ml > 0.015])
        volumes.extend(ml[ml > 0.015])
    return np.array(means), np.array(volumes)


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_components_are_as_dense_and_as_large_as_real_ones(
    all_in_one: list[PhantomCase], subtype: str
) -> None:
    means, volumes = components(all_in_one, subtype)
    low, middle, high = MEAN_HU[subtype]
    assert abs(np.median(means) - middle) < 12
    assert means.min() > low - 16
    assert means.max() < high + 16
    small, _, large = VOLUME_ML[subtype]
    assert volumes.max() < 4 * large
    assert volumes.max() > 2 * small


@pytest.mark.parametrize("subtype", ["epidural", "intraparenchymal", "subdural"])
def test_a_heads_bleed_is_led_by_its_largest_component(subtype: str) -> None:
    rng = np.random.default_rng(1)
    heads = [draw_component_volumes_ml(rng, subtype) for _ in range(2000)]
    assert all(ml == sorted(ml, reverse=True) for ml in heads)
    every = np.concatenate(heads)
    np.testing.assert_allclose(np.percentile(every, [5, 50, 95]), VOLUME_ML[subtype], rtol=0.3)
    assert np.median([ml[0] for ml in heads]) > 1.1 * VOLUME_ML[subtype][1]


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_draws_have_the_stated_quantiles(subtype: str) -> None:
    rng = np.random.default_rng(0)
    hu = [draw_mean_hu(rng, subtype) for _ in range(4000)]
    ml = [draw_volume_ml(rng, subtype) for _ in range(4000)]
    np.testing.assert_allclose(np.percentile(hu, [5, 50, 95]), MEAN_HU[subtype], atol=1.2)
    np.testing.assert_allclose(np.percentile(ml, [5, 50, 95]), VOLUME_ML[subtype], rtol=0.25)


def test_an_epidural_lies_on_the_bone(mixed: PhantomCase) -> None:
    lens = mixed.truth == 1
    bone = mixed.volume.hu > 150
    near = ndimage.binary_dilation(bone, np.ones((1, 3, 3)), iterations=3)
    assert (lens & near).any()
