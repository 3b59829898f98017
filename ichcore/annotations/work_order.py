"""By what the worklist is ordered; no numpy, so that the command line reads it without."""

from enum import StrEnum


class Order(StrEnum):
    """What argues most for a look comes first."""

    PRIORITY = "priority"
    """All reasons together, as :mod:`~ichcore.annotations.worklist` ranks them."""
    UNCERTAINTY = "uncertainty"
    MODELS = "models"
    """Models disagree."""
    VOLUME = "volume"
    """Probability against the mask's volume."""
    ACTIVATION = "activation"
    """Activation against the mask."""
    READERS = "readers"
    """Locked reads differ, and nobody has decided."""
