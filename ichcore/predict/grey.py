"""Pictures without HU: the one stated assumption under which a model may look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.volume.volume import AIR_HU
from ichcore.volume.window import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASSUMED_WINDOW = Window(50, 100, "brain wide")
"""[ours] the window that 8-bit pictures of a brain are taken to have been saved through."""


def assumed_hu(grey: NDArray[np.number]) -> NDArray[np.float32]:
    """HU that 8-bit grey ``(rows, columns)`` would have, had it been saved through 50/100.

    Grey 0 to 255 becomes 0 to 100 HU. Black that touches the border is the air around the head, since
    nothing else of a head scan is; black inside stays at the window's lower end.
    """
    hu = ASSUMED_WINDOW.low + np.asarray(grey, np.float32) * np.float32(ASSUMED_WINDOW.width / 255.0)
    labels, _ = ndimage.label(np.asarray(grey) <= 0)
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    hu[np.isin(labels, border[border > 0])] = AIR_HU
    return hu
