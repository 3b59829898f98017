"""Architectures by name; the network's module is imported only when it is built."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ichcore.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.models.network import HuNetwork, IchNetwork, SegmentationNetwork

ARCHITECTURES: Mapping[str, str] = {
    "window_fusion": "ichcore.models.window_fusion:WindowFusion",
    "slice_cnn": "ichcore.models.cnn_bilstm:SliceCnn",
    "cnn_bilstm": "ichcore.models.cnn_bilstm:CnnBiLstm",
    "fusion_bilstm": "ichcore.models.fusion_bilstm:FusionBiLstm",
    "xception_lstm": "ichcore.models.xception_lstm:XceptionLstm",
    "xception_lstm_single": "ichcore.models.xception_lstm:XceptionLstmSingle",
    "blend_sign": "ichcore.models.blend_sign:BlendSign",
    "shallow_classifier": "ichcore.models.shallow_cam:ShallowClassifier",
    "classifier_pair": "ichcore.models.shallow_cam:ClassifierPair",
}
"""Networks that predict classes: name in a card → ``module:class``; one file an architecture."""
SEGMENTERS: Mapping[str, str] = {
    "u_net": "ichcore.models.u_net:UNet",
}
"""Networks that draw a mask, likewise."""


def build(architecture: str, arguments: Mapping[str, Any]) -> IchNetwork:
    """A freshly initialised network that predicts classes.

    Raises:
        CheckpointError: if the architecture is unknown, draws masks, or does not take these arguments.
    """
    if architecture in SEGMENTERS:
        raise CheckpointError(
            f"Architecture {architecture!r} draws masks and predicts no classes; "
            f"a model that predicts is one of {', '.join(sorted(ARCHITECTURES))}."
        )
    network: IchNetwork = _build(ARCHITECTURES, architecture, arguments)
    return network


def build_segmenter(architecture: str, arguments: Mapping[str, Any]) -> SegmentationNetwork:
    """A freshly initialised network that draws masks.

    Raises:
        CheckpointError: if the architecture is unknown, or does not take these arguments.
    """
    network: SegmentationNetwork = _build(SEGMENTERS, architecture, arguments)
    return network


def _build(known: Mapping[str, str], architecture: str, arguments: Mapping[str, Any]) -> Any:
    if architecture not in known:
        raise CheckpointError(
            f"Architecture {architecture!r} is unknown; known are {', '.join(sorted(known))}."
        )
    module, _, name = known[architecture].partition(":")
    network_class = getattr(importlib.import_module(module), name)
    try:
        network: HuNetwork = network_class(**arguments)
    except TypeError as error:
        raise CheckpointError(
            f"Architecture {architecture!r} does not take {dict(arguments)}: {error}."
        ) from error
    return network
