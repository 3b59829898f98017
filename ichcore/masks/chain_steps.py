"""The weak chain on one slice, step by step: each with its map and its mask, on the slice's own grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.explain.spatial_context import with_neighbours
from ichcore.masks.chain import CRF, DENSITY, EDGES, LAYER_CAM, LAYERS, NEIGHBOURS, U_NET
from ichcore.masks.crf_parameters import CrfParameters
from ichcore.masks.density import dense_pieces
from ichcore.masks.refined import refined
from ichcore.masks.threshold import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.masks.chain import WeakChain
    from ichcore.masks.pointing import Pointing

REACH_MM = 16.0
"""How far from activation the field is solved [ours]: two widths of its appearance kernel."""


@dataclass(frozen=True, eq=False)
class ChainStep:
    """What one step makes of a slice.

    Attributes:
        name: one of :data:`~ichcore.masks.chain.STEPS`.
        on: whether the chain takes it; one that is off hands on what it was given.
        activation: float32 ``(rows, columns)`` in [0, 1], the strongest of the layers'; of the field and the
            U-Net, how likely they find blood.
        mask: bool of the same shape, what the chain would give if it ended here.
        lost: bool: in the mask of the step before and not in this.
        leaked: bool: in this mask and not in that of the step before.
    """

    name: str
    on: bool
    activation: NDArray[np.float32]
    mask: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    leaked: NDArray[np.bool_]


def chain_steps(
    pointing: Pointing,
    chain: WeakChain,
    index: int,
    *,
    drawn: NDArray[np.float32] | None = None,
) -> tuple[ChainStep, ...]:
    """Every step that the model has, in order; the last one's mask is the chain's.

    Args:
        pointing: of the series.
        chain: settings.
        index: slice of the series.
        drawn: ``(rows, columns)`` what a U-Net makes of every pixel being blood; ``None`` for no such step.

    Returns:
        Nothing where the slice is not flagged.
    """
    prepared = pointing.prepared
    slab = int(prepared.slabs.of_slice[index])
    if not pointing.positive[slab]:
        return ()
    made = _Steps(chain)
    depths = range(len(pointing.refined))[-chain.layers :]
    made.take(LAYER_CAM, [pointing.on_slice("layer_cams", depth, slab) for depth in depths], on=True)
    kind = "refined" if chain.edges else "layer_cams"
    layers = [pointing.on_slice(kind, depth, slab) for depth in depths]
    made.take(EDGES, layers, on=chain.edges)
    if chain.neighbour_weight > 0:
        layers = [
            prepared.placement.to_slice(
                with_neighbours(
                    getattr(pointing, kind)[depth],
                    pointing.positive,
                    weight=chain.neighbour_weight,
                    reach=chain.reach,
                    positions_mm=pointing.positions_mm,
                    only=[slab],
                )[slab],
                prepared.volume.shape[1:],
            )
            for depth in depths
        ]
    made.take(NEIGHBOURS, layers, on=chain.neighbour_weight > 0)
    if len(pointing.refined) > 1:
        made.take(LAYERS, layers, on=chain.layers > 1)
    if chain.crf_weight > 0:
        made.put(CRF, _field(pointing, chain, layers, slab), on=True)
    else:
        made.take(CRF, layers, on=False)
    last = made.steps[-1]
    made.put(
        DENSITY,
        _dense(pointing, chain, last.mask, slab),
        on=chain.by_density,
        activation=None if chain.by_density else last.activation,
    )
    if drawn is not None:
        made.put(U_NET, drawn > 0.5, on=True, activation=drawn)
    return tuple(made.steps)


class _Steps:
    """Collects steps, each beside the one before."""

    def __init__(self, chain: WeakChain) -> None:
        self.chain = chain
        self.steps: list[ChainStep] = []

    def take(self, name: str, layers: Sequence[NDArray[np.float32]], *, on: bool) -> None:
        """A step that gives maps."""
        combine = np.minimum if self.chain.every else np.maximum
        activation = combine.reduce(layers)
        self.put(
            name, joined(layers, self.chain.threshold, every=self.chain.every), on=on, activation=activation
        )

    def put(
        self, name: str, mask: NDArray[np.bool_], *, on: bool, activation: NDArray[np.float32] | None = None
    ) -> None:
        """A step that gives a mask."""
        before = self.steps[-1].mask if self.steps else mask
        shown = mask.astype(np.float32) if activation is None else activation
        self.steps.append(ChainStep(name, on, shown, mask, before & ~mask, mask & ~before))


def _picture(pointing: Pointing, slab: int) -> tuple[NDArray[np.number], tuple[float, float]]:
    """The slab in HU, and the size of its pixels in mm."""
    prepared = pointing.prepared
    down, across = (pointing.pixel_mm / scale for scale in prepared.placement.scale)
    return prepared.in_hu(prepared.picture(slab)), (down, across)


def _dense(pointing: Pointing, chain: WeakChain, mask: NDArray[np.bool_], slab: int) -> NDArray[np.bool_]:
    """What of a mask can be blood, by the slab's picture."""
    if not chain.by_density:
        return mask
    hu, pixel_mm = _picture(pointing, slab)
    return dense_pieces(mask, hu, pixel_mm, chain)


def _field(
    pointing: Pointing, chain: WeakChain, layers: Sequence[NDArray[np.float32]], slab: int
) -> NDArray[np.bool_]:
    """The dense CRF around what is activated, on the slab's picture."""
    hu, (down, across) = _picture(pointing, slab)
    near = _around(
        np.maximum.reduce(layers) > chain.threshold / 2.0, round(REACH_MM / down), round(REACH_MM / across)
    )
    return refined(
        layers,
        chain.threshold,
        hu,
        (down, across),
        every=chain.every,
        parameters=CrfParameters(appearance_weight=chain.crf_weight),
        near=near,
    )


def _around(active: NDArray[np.bool_], down: int, across: int) -> NDArray[np.bool_]:
    """The rectangle that holds what is active, so many pixels wider."""
    rectangle = np.zeros(active.shape, bool)
    if active.any():
        rows, columns = (np.flatnonzero(active.any(axis=axis)) for axis in (1, 0))
        rectangle[
            max(0, rows[0] - down) : rows[-1] + down + 1,
            max(0, columns[0] - across) : columns[-1] + across + 1,
        ] = True
    return rectangle
