"""Which layers activation can be read from: asked of the loaded model itself, once a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.explain.method import OFFERED

if TYPE_CHECKING:
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.engine import Engine

KEY = "model-layers"
ON_THE_DEFAULT = frozenset({"cam"})
"""Methods that are read from the model's default layer only: CAM weighs what the global average sees."""


@dataclass(frozen=True)
class CamLayers:
    """The layers of one model.

    Attributes:
        names: shallow to deep.
        default: the one whose map is averaged and classified; CAM is read from no other.
        methods: explanation methods that are defined for the model.
    """

    names: tuple[str, ...]
    default: str
    methods: tuple[str, ...] = OFFERED

    def method_for(self, wanted: str) -> str:
        """The method that is used where ``wanted`` is asked for: itself, or the first that is defined."""
        return wanted if wanted in self.methods else self.methods[0]


class ModelLayers(QObject):
    """Remembers what loaded models answered."""

    changed = Signal()

    def __init__(self, jobs: Jobs, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._engine = jobs, engine
        self._known: dict[str, CamLayers] = {}

    def of(self, model_name: str) -> CamLayers | None:
        """The layers of a model; ``None`` before it was loaded and asked."""
        return self._known.get(model_name)

    def ask(self, model_name: str) -> None:
        """Ask a model that is being loaded anyway; one that cannot be loaded has said so to its reader."""
        if model_name in self._known:
            return
        engine = self._engine

        def work(_: JobContext) -> CamLayers:
            explainer = engine.explainer(model_name)
            return CamLayers(explainer.layers, explainer.default_layer, explainer.methods)

        def done(layers: CamLayers) -> None:
            self._known[model_name] = layers
            self.changed.emit()

        self._jobs.submit("device", work, key=KEY, done=done, urgent=True)
