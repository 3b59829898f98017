"""The loaded models, for the device lane alone: nothing here may be called from the Qt thread.

torch is imported inside the functions, so that the window is up before it is loaded.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from ichviewer.documents.torch_import import import_engine

if TYPE_CHECKING:
    from ichcore.explain.explainer import Explainer
    from ichcore.explain.prober import Prober
    from ichcore.masks.segmenter import Segmenter
    from ichcore.models.checkpoint import LoadedModel
    from ichcore.predict.predictor import Predictor


KEPT = 4
"""Models kept loaded, so that going back and forth between those compared reads no file."""


class _Loaded:
    """One model with what was made of it."""

    def __init__(self, model: LoadedModel) -> None:
        self.model = model
        self.predictor: Predictor | None = None
        self.explainer: Explainer | None = None
        self.segmenter: Segmenter | None = None
        self.prober: Prober | None = None


class Engine:
    """Keeps the models used last, with predictor, explainer and prober, between jobs of the device lane."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[str, _Loaded] = OrderedDict()

    def model(self, name: str) -> LoadedModel:
        """The checkpoint called ``name``, on the best device.

        Raises:
            CheckpointError: if it is missing or damaged.
        """
        return self._get(name).model

    def predictor(self, name: str) -> Predictor:
        """The predictor of a model."""
        loaded = self._get(name)
        if loaded.predictor is None:
            from ichcore.predict.predictor import Predictor

            loaded.predictor = Predictor(loaded.model)
        return loaded.predictor

    def explainer(self, name: str) -> Explainer:
        """The explainer of a model."""
        loaded = self._get(name)
        if loaded.explainer is None:
            from ichcore.explain.explainer import Explainer

            loaded.explainer = Explainer(loaded.model)
        return loaded.explainer

    def segmenter(self, name: str) -> Segmenter:
        """The segmenter of a model, with the U-Net that learned from it where one is installed."""
        loaded = self._get(name)
        if loaded.segmenter is None:
            from ichcore.masks.segmenter import Segmenter
            from ichcore.models.catalogue import drawn_from
            from ichcore.models.checkpoint import load_segmenter

            card = drawn_from(loaded.model.name)
            u_net = None if card is None else load_segmenter(card.name, loaded.model.device)
            loaded.segmenter = Segmenter(loaded.model, u_net)
        return loaded.segmenter

    def prober(self, name: str) -> Prober:
        """The prober of a model."""
        loaded = self._get(name)
        if loaded.prober is None:
            from ichcore.explain.prober import Prober

            loaded.prober = Prober(loaded.model)
        return loaded.prober

    def forget(self) -> None:
        """Let go of all models, so that their files are read anew."""
        self._loaded.clear()

    def _get(self, name: str) -> _Loaded:
        if name not in self._loaded:
            import_engine()
            from ichcore.models import checkpoint

            while len(self._loaded) >= KEPT:
                self._loaded.popitem(last=False)
            self._loaded[name] = _Loaded(checkpoint.load(name, device=best_device()))
        self._loaded.move_to_end(name)
        return self._loaded[name]


def best_device() -> str:
    """``cuda``, ``mps`` or ``cpu``: the fastest that this machine has."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
