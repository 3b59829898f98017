"""How a recipe says that weights move; imports no torch, so that recipes can be read without it."""

from __future__ import annotations

from dataclasses import dataclass

OPTIMISERS = ("adam", "adamw", "sgd")
SCHEDULES = ("constant", "one_cycle", "poly", "step")


@dataclass(frozen=True)
class Optimiser:
    """How the weights move.

    Attributes:
        name: ``adam``, ``adamw`` or ``sgd``.
        learning_rate: of the network; the peak of a one-cycle schedule.
        window_learning_rate: of log W and of the level in units of 100 HU.
        weight_decay: never on the window layer, norms and biases.
        momentum: for ``sgd``.
        schedule: ``constant``; ``one_cycle``; ``step`` (times ``step_factor`` every ``step_epochs``; He 2024,
            Burduja 2020); or ``poly`` (times ``(1 − step / steps) ** poly_power``; Wang 2023).
        step_epochs: for ``step``.
        step_factor: for ``step``.
        poly_power: for ``poly``.
        epochs: passes, at most.
        patience: epochs without a better validation after which training stops; 0 for never.
        batch: slices a step; scans or chunks a step where a scan is read as a whole.
        positive_weight: exponent p of the weight ``(negatives / positives) ** p`` of positive labels.
        any_weight: what ``any`` counts beside the 1 of a subtype; 2 in RSNA 2019's metric, 1 in the papers.
        keep_negative: share of the slices without bleed that each epoch looks at, drawn anew.
        epoch_slices: slices that an epoch draws where the parts of the data state shares; 0 for as many as
            there are.
        gradient_clip: norm; 0 for none.
        mask_weight: weight of the help from masks [ours]: the CAM learns which of its cells touch a bleed; 0
            trains from slice labels alone, as the paper does.
        attention_weight: weight of the help from masks for the spatial attention [ours].
        precision: Lightning's, as ``32-true`` or ``bf16-mixed``; half the time on processors with bf16 units.
        average: decay of the running average of the weights that is validated and kept; 0 for none.
        freeze_norm: whether batch norms keep the statistics that they start with, as in training on from
            weights with few slices a step.

    Raises:
        ValueError: if there is no such optimiser or schedule.
    """

    name: str = "adam"
    learning_rate: float = 1e-3
    window_learning_rate: float = 1e-3
    weight_decay: float = 0.0
    momentum: float = 0.0
    schedule: str = "step"
    step_epochs: int = 5
    step_factor: float = 0.1
    poly_power: float = 0.9
    epochs: int = 20
    patience: int = 0
    batch: int = 8
    positive_weight: float = 0.0
    any_weight: float = 1.0
    keep_negative: float = 1.0
    epoch_slices: int = 0
    gradient_clip: float = 0.0
    average: float = 0.0
    freeze_norm: bool = False
    mask_weight: float = 0.0
    attention_weight: float = 0.0
    precision: str = "32-true"

    def __post_init__(self) -> None:
        for what, said, known in (("name", self.name, OPTIMISERS), ("schedule", self.schedule, SCHEDULES)):
            if said not in known:
                raise ValueError(f"optimiser.{what} is {said!r}; expected one of {', '.join(known)}")

    @property
    def needs_masks(self) -> bool:
        """Whether training looks at masks beside the slice labels."""
        return bool(self.mask_weight or self.attention_weight)
