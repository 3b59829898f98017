"""The loaded model, for the device lane alone: nothing here may be called from the Qt thread.

torch is imported inside the functions, so that the window is up before it is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichviewer.documents.torch_import import import_engine

if TYPE_CHECKING:
    from ichcore.explain.explainer import Explainer
    from ichcore.models.checkpoint import LoadedModel
    from ichcore.predict.predictor import Predictor


class Engine:
    """Keeps one model with its predictor and explainer between jobs of the device lane."""

    def __init__(self) -> None:
        self._model: LoadedModel | None = None
        self._predictor: Predictor | None = None
        self._explainer: Explainer | None = None

    def model(self, name: str) -> LoadedModel:
        """The checkpoint called ``name``, on the best device.

        Raises:
            CheckpointError: if it is missing or damaged.
        """
        if self._model is None or self._model.name != name:
            import_engine()
            from ichcore.models import checkpoint

            self.forget()
            self._model = checkpoint.load(name, device=best_device())
        return self._model

    def predictor(self, name: str) -> Predictor:
        """The predictor of a model."""
        model = self.model(name)
        if self._predictor is None:
            from ichcore.predict.predictor import Predictor

            self._predictor = Predictor(model)
        return self._predictor

    def explainer(self, name: str) -> Explainer:
        """The explainer of a model."""
        model = self.model(name)
        if self._explainer is None:
            from ichcore.explain.explainer import Explainer

            self._explainer = Explainer(model)
        return self._explainer

    def forget(self) -> None:
        """Let go of the model, so that its file is read anew."""
        self._model = self._predictor = self._explainer = None


def best_device() -> str:
    """``cuda``, ``mps`` or ``cpu``: the fastest that this machine has."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
