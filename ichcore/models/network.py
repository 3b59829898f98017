"""The shapes that networks share: what predictor, explanation and training may ask of each.

Decision 0017 says why there are these four and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from ichcore.models.fixed_windows import FixedWindows
from ichcore.models.window_layer import HuScaling, WindowLayer
from ichcore.subtypes import CLASSES
from ichcore.volume.window import HU_RANGE

if TYPE_CHECKING:
    from collections.abc import Sequence


class HuNetwork(nn.Module):
    """Any network that starts from HU.

    Attributes:
        window: the layer that turns HU ``(B, 1, H, W)`` into grey ``(B, C, H, W)`` in [0, 1].
    """

    window: WindowLayer | HuScaling | FixedWindows

    def normalisation(self) -> dict[str, Any]:
        """What a card says is done to HU before the first convolution."""
        stated: dict[str, Any] = {"hu_clip": list(HU_RANGE)}
        if isinstance(self.window, FixedWindows):
            stated["linear_windows"] = self.window.as_json()
            return {**stated, "then": "[0, 1]; no mean or deviation"}
        if isinstance(self.window, WindowLayer):
            return {**stated, "then": "window layer, F/U in [0, 1]; no mean or deviation"}
        return {**stated, "then": "scaled to [0, 1]; no mean or deviation"}


class IchNetwork(HuNetwork):
    """A network from the HU of single slices to one logit a class.

    Attributes:
        classes: those of the standard six that it predicts, in class order; its logits have these K columns
            and no others, so a class that it does not predict has no logit (see :func:`standard_logits`).
        own_classes: what it tells apart beyond the six, such as a blend sign; mostly nothing.
    """

    classes: tuple[str, ...] = CLASSES
    own_classes: tuple[str, ...] = ()

    def forward(self, hu: Tensor) -> Tensor:
        """HU float32 ``(B, 1, H, W)`` to logits ``(B, K)`` in the order of :attr:`classes`."""
        return self.from_features(self.features(hu))

    def features(self, hu: Tensor) -> Tensor:
        """The map of the default CAM layer, ``(B, C, h, w)``, for HU ``(B, 1, H, W)``."""
        raise NotImplementedError

    def from_features(self, features: Tensor) -> Tensor:
        """Logits ``(B, K)`` from the map that :meth:`features` gives."""
        raise NotImplementedError

    def own_logits(self, features: Tensor) -> Tensor:
        """Logits of :attr:`own_classes`, ``(B, len(own_classes))``; exclusive ones go through a softmax."""
        return features.new_zeros((features.shape[0], 0))

    def cam(self, features: Tensor) -> Tensor:
        """CAM of :attr:`classes`, ``(B, K, h, w)``, from what :meth:`features` gives; differentiable.

        Raises:
            IchError: where the averaged map is not classified by a linear layer, so that no CAM exists.
        """
        raise NotImplementedError

    @property
    def cam_layers(self) -> dict[str, nn.Module]:
        """Layers that activation may be read from, shallow to deep; each puts out ``(B, C, h, w)``."""
        raise NotImplementedError

    @property
    def default_cam_layer(self) -> str:
        """The layer whose map :meth:`features` gives; CAM is exact where a linear layer reads its average."""
        raise NotImplementedError

    def class_weights(self) -> Tensor:
        """``(K, C)`` weights of the linear layer after the global average of the default CAM layer.

        Raises:
            IchError: where no such layer gives the logits of :attr:`classes`.
        """
        raise NotImplementedError


class SequenceNetwork(IchNetwork):
    """A network that reads slices one by one and then the scan as a whole.

    Called on slices it says what each is by itself; that is what single-slice explanations explain.
    :meth:`read` once a slice, in any order, then :meth:`over_scan` in position order gives the final word,
    so slices can stream in and be corrected when the scan is complete.
    """

    @property
    def described(self) -> int:
        """F, numbers that describe a slice."""
        raise NotImplementedError

    def pooled(self, features: Tensor) -> Tensor:
        """The averaged map ``(B, C)`` from what :meth:`features` gives; descriptions are made of it."""
        raise NotImplementedError

    @property
    def reads_slices(self) -> Sequence[nn.Module]:
        """The parts that look at pictures; they stay as they are while only the sequence is learned."""
        raise NotImplementedError

    def read(self, hu: Tensor) -> tuple[Tensor, Tensor]:
        """HU ``(B, 1, H, W)`` to descriptions ``(B, F)`` and the slices' own logits ``(B, K)``."""
        raise NotImplementedError

    def over_scan(self, described: Tensor, slice_logits: Tensor, there: Tensor) -> Tensor:
        """Logits of slices among their neighbours.

        Args:
            described: ``(B, T, F)`` of B scans, slices in position order.
            slice_logits: ``(B, T, K)`` of the slices by themselves.
            there: bool ``(B, T)``: slices, as opposed to padding (or to slices without a picture).

        Returns:
            ``(B, T, K)``; zero where nothing is there, which means nothing.
        """
        raise NotImplementedError

    def scan(self, hu: Tensor) -> Tensor:
        """HU ``(T, 1, H, W)`` of one whole scan in position order to logits ``(T, K)``."""
        described, logits = self.read(hu)
        there = torch.ones((1, hu.shape[0]), dtype=torch.bool, device=hu.device)
        return self.over_scan(described[None], logits[None], there)[0]


class SegmentationNetwork(HuNetwork):
    """A network from HU to a mask of hemorrhage."""

    def forward(self, hu: Tensor) -> Tensor:
        """HU float32 ``(B, 1, H, W)`` to logits ``(B, 2, H, W)`` of background and hemorrhage."""
        raise NotImplementedError


@runtime_checkable
class Detects(Protocol):
    """What a network that also finds boxes offers beside its logits; see :mod:`.centre_points`.

    Attributes:
        finds_boxes: whether it does; an ablation may have been built without.
    """

    @property
    def finds_boxes(self) -> bool:
        """Whether :meth:`detect` may be called."""
        ...

    def detect(self, features: Tensor) -> Tensor:
        """Centre-point maps ``(B, 5, h, w)`` from what ``features`` gives."""
        ...


def standard_logits(logits: Tensor, classes: Sequence[str]) -> Tensor:
    """Logits on the six columns of the class order, NaN for classes that are not predicted.

    Args:
        logits: ``(…, K)``.
        classes: their K names.

    Returns:
        ``(…, 6)``, of the same type. NaN becomes ``null`` in JSON; it is never a probability of 0.
    """
    columns = [CLASSES.index(name) for name in classes]
    six = logits.new_full((*logits.shape[:-1], len(CLASSES)), float("nan"))
    six[..., columns] = logits
    return six
