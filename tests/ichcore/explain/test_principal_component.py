import numpy as np
import torch

from ichcore.explain.min_max import min_max
from ichcore.explain.principal_component import principal_scores, rising_with


def test_it_is_the_first_right_singular_vector_from_0_to_1():
    features = torch.from_numpy(np.random.default_rng(0).normal(0, 1, (2, 5, 6, 7)))
    features[:, 1] *= 4
    found = rising_with(principal_scores(features), features[:, 1])
    for one, scores in zip(features, found, strict=True):
        flat = one.flatten(1).numpy()
        _, _, rows = np.linalg.svd(flat - flat.mean(axis=1, keepdims=True), full_matrices=False)
        oracle = rows[0].reshape(6, 7)
        oracle = oracle if np.corrcoef(oracle.ravel(), one[1].numpy().ravel())[0, 1] > 0 else -oracle
        np.testing.assert_allclose(scores, (oracle - oracle.min()) / np.ptp(oracle), atol=1e-5)


def test_its_sign_is_that_of_the_map_it_shall_be_like():
    bump = torch.zeros(1, 4, 4)
    bump[0, 1:3, 1:3] = 1.0
    features = torch.stack([-3 * bump, 0.1 * bump.flip(2)], dim=1)
    assert torch.allclose(rising_with(principal_scores(features), bump), bump)


def test_maps_without_any_contrast_give_nothing_and_no_nan():
    flat = torch.full((2, 3, 4, 4), 7.0)
    assert not rising_with(principal_scores(flat), flat[:, 0]).any()
    assert not min_max(flat[:, 0]).any()
