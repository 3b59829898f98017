"""What an explanation method is, and the methods by name."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ichcore.errors import IchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from ichcore.models.network import IchNetwork
    from ichcore.progress import CancelToken, Progress


@dataclass(frozen=True, eq=False)
class RawMaps:
    """Maps of a batch before anything is cut off, scaled or resized.

    Attributes:
        maps: layer → float32 ``(B, classes, h, w)``.
        logits: float32 ``(B, 6)`` of the same forward pass.
    """

    maps: Mapping[str, Tensor]
    logits: Tensor


class Method(Protocol):
    """One way to say where a network looked; the target is a class's logit."""

    name: str

    def raw_maps(
        self,
        network: IchNetwork,
        hu: Tensor,
        layers: Sequence[str],
        classes: Sequence[int],
        *,
        cancel: CancelToken | None = None,
        progress: Progress | None = None,
    ) -> RawMaps:
        """Explain ``(B, 1, H, W)`` HU for some classes (indices) on some layers (names).

        Args:
            network: any that predicts classes; left as it was.
            hu: on the network's device.
            layers: names of its ``cam_layers``.
            classes: indices among its own classes.
            cancel: looked at between the passes.
            progress: steps of a method that takes many passes; others say nothing.

        Raises:
            IchError: if a layer does not exist or the method is not defined on it.
            CancelledError: if cancelled.
        """
        ...


METHODS: Mapping[str, str] = {
    "sfcam": "ichcore.explain.sf_cam:SfCam",
    "layercam": "ichcore.explain.layer_cam:LayerCam",
    "gradcam": "ichcore.explain.grad_cam:GradCam",
    "gradcampp": "ichcore.explain.grad_cam_plus_plus:GradCamPlusPlus",
    "scorecam": "ichcore.explain.score_cam:ScoreCam",
    "cam": "ichcore.explain.cam:Cam",
}
"""Name → ``module:class``; one file a method, imported when it is asked for (it brings torch)."""
DEFAULT_METHOD = "sfcam"
"""The one whose peak and box were measured to lie on the blood most often (docs/models.md)."""
WITH_CONTEXT: Mapping[str, str] = {"sfcam+context": "sfcam"}
"""Name → the method whose maps are put together along runs of flagged slices (``explain.slab_context``)."""
OFFERED = ("sfcam", *WITH_CONTEXT, *(name for name in METHODS if name != "sfcam"))
"""All that can be chosen to explain a series, in the order of a menu; :data:`METHODS` explain a slice."""
TITLES: Mapping[str, str] = {
    "sfcam": "SF-CAM",
    "sfcam+context": "SF-CAM + context",
    "layercam": "LayerCAM",
    "gradcam": "Grad-CAM",
    "gradcampp": "Grad-CAM++",
    "scorecam": "Score-CAM",
    "cam": "CAM",
}
"""What a person calls them."""
SLOW_METHODS = frozenset({"scorecam"})
"""Those that take seconds a slice, so that nobody has them by the way."""


def explanation_method(name: str) -> Method:
    """The method of a slice called ``name``.

    Raises:
        IchError: if there is none.
    """
    if name not in METHODS:
        raise IchError(f"There is no explanation method {name!r}; the methods are {', '.join(METHODS)}.")
    module, _, kind = METHODS[name].partition(":")
    method: Method = getattr(importlib.import_module(module), kind)()
    return method
