"""Windows: the transfer from HU to grey, linear as DICOM has it or the sigmoid that the network learns."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import IchError

if TYPE_CHECKING:
    from numpy.typing import NDArray

UPPER = 255.0
"""U of Eq. 3.1: the upper limit of the grey scale."""
MARGIN = 1.0
"""ε of Eq. 3.1: F is ε at WL − WW/2 and U − ε at WL + WW/2."""
LOG_RATIO = math.log(UPPER / MARGIN - 1.0)
"""ln(U/ε − 1) = ln 254 = 5.5373343."""
HU_RANGE = (-1024.0, 3071.0)
"""HU is clipped to this before a window layer, since the gradient of W is proportional to HU."""
WIDEST = 2.0 * (HU_RANGE[1] - HU_RANGE[0])
"""A learned window wider than twice the whole HU range separates nothing: its channel has collapsed."""


class Transfer(Enum):
    """How a window turns HU into grey."""

    LINEAR = "linear"
    """DICOM LINEAR with c − 0.5 and w − 1 (PS3.3 C.11.2.1.2.1)."""
    LINEAR_EXACT = "linear exact"
    """DICOM LINEAR_EXACT (PS3.3 C.11.2.1.3.2)."""
    SIGMOID = "sigmoid"
    """He 2024, Eq. 3.1: U / (1 + exp(−(W x + b))), as fraction of U."""


@dataclass(frozen=True)
class Window:
    """A window level (center) and width in HU, with its transfer.

    Attributes:
        center: WL, HU.
        width: WW, HU; at least 1.
        name: what the user calls it.
        transfer: linear or sigmoid.

    Raises:
        IchError: if the width is below 1 HU or a value is not finite.
    """

    center: float
    width: float
    name: str = ""
    transfer: Transfer = Transfer.LINEAR

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width) and self.width >= 1.0):
            raise IchError(
                f"A window of level {self.center} and width {self.width} cannot be shown; "
                "give a finite level and a width of at least 1 HU."
            )

    @property
    def low(self) -> float:
        """WL − WW/2, HU."""
        return self.center - self.width / 2.0

    @property
    def high(self) -> float:
        """WL + WW/2, HU."""
        return self.center + self.width / 2.0

    def with_transfer(self, transfer: Transfer) -> Window:
        """The same level and width through another transfer."""
        return replace(self, transfer=transfer)

    def apply(self, hu: NDArray[np.number]) -> NDArray[np.float32]:
        """Grey in [0, 1] for HU of any shape; same shape, float32."""
        x = np.asarray(hu, dtype=np.float32)
        if self.transfer is Transfer.SIGMOID:
            w, b = weights_from_window(self.center, self.width)
            grey = 1.0 / (1.0 + np.exp(-np.clip(w * x + b, -60.0, 60.0)))
            return np.asarray(grey, np.float32)
        if self.transfer is Transfer.LINEAR_EXACT or self.width <= 1.0:
            grey = (x - self.low) / self.width
        else:
            grey = (x - (self.center - 0.5)) / (self.width - 1.0) + 0.5
        return np.asarray(np.clip(grey, 0.0, 1.0), np.float32)


def weights_from_window(center: float, width: float) -> tuple[float, float]:
    """W and b of the U-sigmoid for a window: W = (2/WW) ln(U/ε − 1), b = −(2 WL/WW) ln(U/ε − 1).

    The paper prints "log log" in b, a misprint, and its brain window's b without the minus sign.

    Source: He 2024, below Eq. 3.1.
    """
    return 2.0 / width * LOG_RATIO, -2.0 * center / width * LOG_RATIO


def window_from_weights(w: float, b: float, *, name: str = "") -> Window:
    """Invert Eq. 3.1: WW = 2 ln(U/ε − 1) / W and WL = −b / W (note the sign).

    Raises:
        IchError: if the channel is degenerate (see :func:`is_degenerate`) and has no window.
    """
    if is_degenerate(w, b):
        raise IchError(
            f"W = {w:g}, b = {b:g} is degenerate: it has no window inside the HU range; "
            "retrain the window layer or choose another channel."
        )
    return Window(-b / w, 2.0 * LOG_RATIO / w, name, Transfer.SIGMOID)


def is_degenerate(w: float, b: float) -> bool:
    """Whether W has collapsed or diverged, or the level left the HU range: no window can be shown."""
    if not (math.isfinite(w) and math.isfinite(b)) or w <= 0.0:
        return True
    width, center = 2.0 * LOG_RATIO / w, -b / w
    return not (1.0 <= width <= WIDEST and HU_RANGE[0] <= center <= HU_RANGE[1])


BRAIN = Window(40, 80, "brain")
SUBDURAL = Window(80, 200, "subdural")
SOFT_TISSUE = Window(40, 380, "soft tissue")
PRESETS = (
    BRAIN,
    SUBDURAL,
    Window(40, 40, "stroke"),
    Window(400, 1800, "bone"),
    SOFT_TISSUE,
    Window(40, 120, "posterior fossa"),
    Window(60, 40, "blood"),
    Window(50, 130, "hemorrhage wide"),
    Window(32, 8, "stroke narrow"),
    Window(50, 100, "brain wide"),
)
"""Window presets, level/width in HU; the first nine answer to keys 1–9."""
