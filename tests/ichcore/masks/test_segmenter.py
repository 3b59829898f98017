import itertools
from dataclasses import replace

import numpy as np
import pytest

from ichcore.errors import CancelledError, CheckpointError
from ichcore.explain.explainer import Explainer
from ichcore.masks.chain import (
    CRF,
    DENSITY,
    EDGES,
    LAYER_CAM,
    LAYERS,
    NEIGHBOURS,
    OF_ONE_NETWORK,
    U_NET,
    WeakChain,
)
from ichcore.masks.segmenter import Segmenter, chain_for
from ichcore.models.checkpoint import LoadedSegmenter, load
from ichcore.models.registry import build_segmenter
from ichcore.predict.predictor import Predictor
from ichcore.progress import CancelToken
from tests.ichcore.tiny_model import make_volume, save_tiny_network

SHAPE = make_volume().shape


@pytest.fixture(scope="module")
def volume():
    return make_volume()


@pytest.fixture(scope="module")
def pointed(tiny_model, volume):
    """The tiny model's prediction of the volume, half of whose slices are flagged, and what it points at."""
    prediction = Predictor(tiny_model).predict(volume)
    limits = np.full(6, 2.0, np.float32)
    limits[[0, 5]] = np.median(prediction.probabilities[:, [0, 5]], axis=0)
    prediction = replace(prediction, thresholds=limits)
    return prediction, Segmenter(tiny_model).point(volume, prediction)


def flagged(prediction):
    return prediction.flags().any(axis=1)


def test_slices_that_are_not_flagged_stay_empty(tiny_model, pointed):
    prediction, pointing = pointed
    labels = Segmenter(tiny_model).labels(pointing, OF_ONE_NETWORK)
    assert labels.shape == SHAPE
    assert labels.dtype == np.uint8
    assert not labels[~flagged(prediction)].any()
    assert labels[flagged(prediction)].any()
    assert flagged(prediction).any()
    assert not flagged(prediction).all()


def test_other_operating_points_give_other_slices_a_mask(tiny_model, volume, pointed):
    never = np.full(6, 2.0, np.float32)
    pointing = Segmenter(tiny_model).point(volume, pointed[0], thresholds=never)
    assert not Segmenter(tiny_model).labels(pointing, OF_ONE_NETWORK).any()


def test_the_steps_follow_the_paper_and_say_what_each_lost_and_leaked(tiny_model, pointed):
    prediction, pointing = pointed
    index = int(np.flatnonzero(flagged(prediction))[0])
    chain = replace(OF_ONE_NETWORK, neighbour_weight=0.5, least_mm2=4.0)
    steps = Segmenter(tiny_model).slice_mask(pointing, chain, index).steps
    assert [step.name for step in steps] == [LAYER_CAM, EDGES, NEIGHBOURS, CRF, DENSITY]
    assert all(step.on for step in steps)
    for before, step in itertools.pairwise(steps):
        assert (step.mask == (before.mask & ~step.lost) | step.leaked).all()
        assert not (step.lost & step.leaked).any()
    for step in steps[:3]:
        assert (step.mask == (step.activation > chain.threshold)).all()


def test_a_step_that_is_off_hands_on_what_it_was_given(tiny_model, pointed):
    prediction, pointing = pointed
    index = int(np.flatnonzero(flagged(prediction))[0])
    chain = replace(OF_ONE_NETWORK, edges=False, crf_weight=0.0)
    steps = Segmenter(tiny_model).slice_mask(pointing, chain, index).steps
    assert [step.on for step in steps] == [True, False, False, False, False]
    for step in steps[1:]:
        assert (step.mask == steps[0].mask).all()
        assert not step.lost.any()
        assert not step.leaked.any()


def test_the_first_maps_are_those_that_the_explainer_draws(tiny_model, volume, pointed):
    prediction, pointing = pointed
    asked = np.flatnonzero(prediction.flags()[:, 0])
    compared = 0
    for number, method in enumerate(("layercam", "sfcam")):
        heatmaps = Explainer(tiny_model).explain(
            volume,
            asked,
            ["any"],
            method=method,
            prediction=prediction,
            thresholds=prediction.thresholds,
        )
        for heatmap in heatmaps:
            if not heatmap.empty:
                made = Segmenter(tiny_model).slice_mask(pointing, OF_ONE_NETWORK, heatmap.slice_index)
                # the chain's maps are min-max, the explainer's divided by their maximum
                both = np.stack([made.steps[number].activation.ravel(), heatmap.activation.ravel()])
                assert np.corrcoef(both)[0, 1] > 0.99
                compared += 1
    assert compared > 2


def test_slices_beyond_a_gap_are_not_heard_and_even_ones_are_counted(tiny_model, volume, pointed):
    prediction, pointing = pointed
    everything = replace(prediction, thresholds=np.zeros(6, np.float32))
    moved = volume.geometry.origins_mm.copy()
    moved[5:, 2] += 100.0
    apart = replace(volume, geometry=replace(volume.geometry, origins_mm=moved))
    chain = replace(OF_ONE_NETWORK, neighbour_weight=0.5)
    segmenter = Segmenter(tiny_model)
    near, far = (segmenter.point(each, everything) for each in (volume, apart))
    assert pointing.positions_mm is None
    for index, same in ((1, True), (4, False), (5, False), (8, True)):
        heard = [
            next(s for s in segmenter.slice_mask(each, chain, index).steps if s.name == NEIGHBOURS).activation
            for each in (near, far)
        ]
        assert np.allclose(*heard, atol=1e-5) == same


def test_a_higher_threshold_never_adds_a_pixel_without_the_field(tiny_model, pointed):
    prediction, pointing = pointed
    index = int(np.flatnonzero(flagged(prediction))[0])
    segmenter = Segmenter(tiny_model)
    masks = [
        segmenter.slice_mask(pointing, replace(OF_ONE_NETWORK, threshold=t, crf_weight=0.0), index)
        .steps[-1]
        .mask
        for t in (0.2, 0.4, 0.6)
    ]
    assert masks[0].sum() > masks[2].sum()
    assert not (masks[1] & ~masks[0]).any()
    assert not (masks[2] & ~masks[1]).any()


def test_a_u_net_draws_last_and_only_on_flagged_slices(tiny_model, volume, pointed):
    prediction, pointing = pointed
    network = build_segmenter("u_net", {"widths": [4, 4]}).eval()
    u_net = LoadedSegmenter("drawer", tiny_model.card, "0" * 64, network, tiny_model.path, tiny_model.device)
    segmenter = Segmenter(tiny_model, u_net)
    index = int(np.flatnonzero(flagged(prediction))[0])
    made = segmenter.slice_mask(pointing, OF_ONE_NETWORK, index)
    assert made.steps[-1].name == U_NET
    assert ((made.labels > 0) == made.steps[-1].mask).all()
    assert U_NET not in [
        s.name for s in segmenter.slice_mask(pointing, OF_ONE_NETWORK, index, draw=False).steps
    ]
    assert not segmenter.labels(pointing, OF_ONE_NETWORK)[~flagged(prediction)].any()


def test_a_pair_has_two_layers_and_the_papers_settings(tmp_path, volume):
    arguments = {"widths": [[4] * 5] * 2, "depths": [[1] * 5] * 2}
    pair = load(save_tiny_network(tmp_path, "classifier_pair", arguments))
    prediction = Predictor(pair).predict(volume)
    always = np.zeros(6, np.float32)
    segmenter = Segmenter(pair)
    pointing = segmenter.point(volume, prediction, thresholds=always)
    chain = chain_for(pair)
    assert (chain.threshold, chain.neighbour_weight, chain.layers) == (0.2, 0.5, 2)
    made = segmenter.slice_mask(pointing, chain, 4)
    assert [step.name for step in made.steps] == [LAYER_CAM, EDGES, NEIGHBOURS, LAYERS, CRF, DENSITY]
    assert set(np.unique(made.labels)) <= {0, 6}  # it knows no subtypes


def test_a_card_may_state_the_settings_that_were_found_for_its_model(tiny_model):
    assert chain_for(tiny_model) == OF_ONE_NETWORK
    own = replace(tiny_model, card=replace(tiny_model.card, chain={"threshold": 0.22, "least_hu": 30.0}))
    assert chain_for(own) == WeakChain(threshold=0.22, least_hu=30.0)
    wrong = replace(tiny_model, card=replace(tiny_model.card, chain={"treshold": 0.2}))
    with pytest.raises(CheckpointError, match="states no weak chain"):
        chain_for(wrong)


def test_it_can_be_stopped(tiny_model, volume, pointed):
    stop = CancelToken()
    stop.cancel()
    with pytest.raises(CancelledError):
        Segmenter(tiny_model).point(volume, pointed[0], cancel=stop)
    with pytest.raises(CancelledError):
        Segmenter(tiny_model).labels(pointed[1], OF_ONE_NETWORK, cancel=stop)
