"""An annotator who knows the truth of a slice and edits a mask towards it by published rules.

The annotator has a perfect hand, and follows these rules slice by slice, on every slice that holds 12 mm² of
blood or a mask of that size:

1. A slice is done at Dice 0.90 of hemorrhage; without blood, when less than 12 mm² of mask is left.
2. Where less than a tenth of a slice's mask is right, the slice is cleared: one action.
3. The larger of two is next: the largest connected piece that is missing, or that is too much.
4. A piece of mask that holds no blood at all is dropped by a click (islands): one action.
5. Else a stroke of brush or eraser goes over it. The tip is the widest of 1, 2, 4, 8 mm radius that fits
   where it may paint (the truth for the brush, all else for the eraser), half a millimetre where none does;
   after a stroke that did not help, tips are narrower for the rest of the slice. It goes to the nearest
   place where it still has something to cover; the stroke ends where no straight way to one stays inside, or
   after 100 mm.
6. With ``refine``, a missing piece of 40 mm² or more is first scribbled over along its length with a tip of
   1 mm, and the proposal of smart refine is accepted if Dice is then at least what it was; else taken back,
   and the piece is painted. Either way that is a stroke and a key; taking back is one more action.
7. In the end a click gives each piece its subtype where most of it has another: one action a piece.

Every stroke, click and key that changes the mask counts as an action, corrections of the annotator's own
strokes included. Tool time is a model, not a measurement: to reach the start of an action it takes
0.1 s + 0.15 s · log2(D/W + 1) (Fitts' law in Shannon's form; D way, W width of the tip, 4 mm for a click),
along a stroke 0.08 s a width of the tip (steering law, Accot & Zhai 1997), 0.3 s a key or a change of tip
or tool (keystroke-level model, Card 1980). Looking and thinking are not counted. The cursor's path is in
mm, between strokes as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, log2
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.edits.brush import Brush, Sample
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import Paint
from ichcore.masks.edits.region import joined
from ichcore.masks.edits.smart_refine import proposed
from ichcore.masks.edits.stroke import Stroke
from ichcore.masks.edits.voxel_grid import VoxelGrid
from ichcore.volume import Geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap

ENOUGH_DICE, LEAST_MM2, REFINED_MM2 = 0.90, 12.0, 40.0
RADII_MM = (8.0, 4.0, 2.0, 1.0, 0.5)
LONGEST_STROKE_MM, MOST_ACTIONS = 100.0, 80
FITTS_S, FITTS_S_A_BIT, STEERING_S, KEY_S, CLICK_MM = 0.1, 0.15, 0.08, 0.3, 4.0
LEAST_WORTH = 0.15
"""A place is gone to for this share of what the tip covers there."""


@dataclass
class Effort:
    """What editing cost.

    Attributes:
        actions: strokes, clicks and keys that changed the mask.
        strokes: of them, those of brush and eraser.
        seconds: of tool time, by the model.
        path_mm: of the cursor.
        slices: that were edited.
        given_up: slices that did not come to be done.
    """

    actions: int = 0
    strokes: int = 0
    seconds: float = 0.0
    path_mm: float = 0.0
    slices: int = 0
    given_up: int = 0

    def plus(self, other: Effort) -> None:
        """Add another's."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_json(self) -> dict[str, float]:
        """All of it, rounded."""
        return {name: round(getattr(self, name), 1) for name in self.__dataclass_fields__}


@dataclass
class Annotator:
    """One slice under the annotator's hand.

    Attributes:
        truth: uint8 ``(1, rows, columns)`` label map.
        hu: int16 of that shape.
        mask: being edited.
        pixel_mm: size of a pixel.
        refines: whether smart refine is among the tools.
    """

    truth: NDArray[np.uint8]
    hu: NDArray[np.int16]
    mask: LabelMap
    pixel_mm: float
    refines: bool
    effort: Effort = field(default_factory=Effort)

    def __post_init__(self) -> None:
        shape = self.truth.shape
        self.grid = VoxelGrid.of(Geometry.regular(shape, (5.0, self.pixel_mm, self.pixel_mm)))
        self.blood = self.truth[0] > 0
        self.at = (shape[1] / 2.0, shape[2] / 2.0)
        self.tool: tuple[str, float] = ("brush", 0.0)
        self.tried: list[NDArray[np.bool_]] = []
        self.widest_mm = RADII_MM[0]

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """``(rows, columns)`` hemorrhage as it is drawn."""
        return np.asarray(self.mask.labels[0] > 0)

    def dice(self) -> float:
        """Of hemorrhage."""
        drawn = self.drawn
        both = int(self.blood.sum() + drawn.sum())
        return 2.0 * int((self.blood & drawn).sum()) / both if both else 1.0

    def done(self) -> bool:
        """Whether the slice is good enough."""
        if self.mm2(self.blood) < LEAST_MM2:
            return self.mm2(self.drawn) < LEAST_MM2
        return self.dice() >= ENOUGH_DICE

    def mm2(self, region: NDArray[np.bool_]) -> float:
        """Area."""
        return float(region.sum()) * self.pixel_mm**2

    def edit(self) -> Effort:
        """Edit until it is done, by the rules."""
        if self.done():
            return self.effort
        self.effort.slices = 1
        right = int((self.blood & self.drawn).sum())
        if self.drawn.any() and right < 0.1 * self.drawn.sum():
            self.click(self.at)
            self.set_to(self.drawn, 0)
        while not self.done():
            if self.effort.actions >= MOST_ACTIONS:
                self.effort.given_up = 1
                break
            self.one()
        self.name_pieces()
        return self.effort

    def one(self) -> None:
        """The next action."""
        missing, extra = largest(self.blood & ~self.drawn), largest(self.drawn & ~self.blood)
        if missing.sum() >= extra.sum():
            label = int(np.bincount(self.truth[0][missing]).argmax())
            fresh = not any((missing & before).sum() > 0.5 * missing.sum() for before in self.tried)
            if self.refines and fresh and self.mm2(missing) >= REFINED_MM2:
                self.tried.append(missing)
                self.refine(missing, label)
            else:
                self.stroke("brush", missing, self.blood, label)
            return
        island = piece_of(self.drawn, extra)
        if not (island & self.blood).any():
            self.click(tuple(np.argwhere(island).mean(axis=0)))
            self.set_to(island, 0)
        else:
            self.stroke("eraser", extra, ~self.blood, 0)

    def stroke(self, tool: str, target: NDArray[np.bool_], allowed: NDArray[np.bool_], label: int) -> None:
        """One stroke over a target that paints where it may."""
        room = np.asarray(ndimage.distance_transform_edt(np.pad(allowed, 1)))[1:-1, 1:-1] * self.pixel_mm
        there = np.where(target, room, 0.0)
        widest = there.max() + 0.5 * self.pixel_mm
        radius = next((r for r in RADII_MM if r <= min(widest, self.widest_mm)), RADII_MM[-1])
        fits = target & (room >= min(radius - 0.5 * self.pixel_mm, there.max()))
        way = self.way(fits, target, allowed, radius)
        self.take(tool, radius)
        self.go(way[0], 2.0 * radius)
        before = self.dice()
        line = Stroke(self.mask, self.grid, Brush(radius), Paint(label), self.hu)
        for row, column in way:
            line.add(0, row, column).apply(self.mask)
        self.drag(way, radius)
        if self.dice() <= before:
            self.widest_mm = max(radius / 2.0, RADII_MM[-1])

    def way(
        self,
        fits: NDArray[np.bool_],
        target: NDArray[np.bool_],
        allowed: NDArray[np.bool_],
        radius: float,
    ) -> list[tuple[float, float]]:
        """Places that the tip goes to, one after another, until the stroke ends."""
        centres, pixels = thinned(np.argwhere(fits), 300), thinned(np.argwhere(target), 1500)
        reach = radius / self.pixel_mm
        covers = np.hypot(*np.moveaxis(centres[:, None] - pixels[None], 2, 0)) <= reach
        left = np.ones(len(pixels), bool)
        full = covers.sum(axis=1)
        far = np.hypot(*(centres - np.array(self.at)).T)
        way: list[tuple[float, float]] = []
        gone = 0.0
        while True:
            worth = (covers & left).sum(axis=1) >= np.maximum(1.0, LEAST_WORTH * full)
            chosen = next(
                (
                    int(one)
                    for one in np.argsort(far)
                    if worth[one] and (not way or straight_inside(allowed, way[-1], centres[one]))
                ),
                None,
            )
            if chosen is None:
                break
            gone += float(far[chosen]) * self.pixel_mm if way else 0.0
            if gone > LONGEST_STROKE_MM:
                break
            left &= ~covers[chosen]
            way.append((float(centres[chosen, 0]), float(centres[chosen, 1])))
            far = np.hypot(*(centres - centres[chosen]).T)
        return way or [(float(centres[0, 0]), float(centres[0, 1]))]

    def refine(self, target: NDArray[np.bool_], label: int) -> None:
        """Scribble along a piece, and accept what smart refine proposes if it helps."""
        places = np.argwhere(target).astype(float)
        middle = places.mean(axis=0)
        axis = np.linalg.svd(places - middle, full_matrices=False)[2][0]
        along = (places - middle) @ axis
        room = np.asarray(ndimage.distance_transform_edt(np.pad(target, 1)))[1:-1, 1:-1]
        cuts = np.linspace(*np.percentile(along, (15, 85)), 6)
        way = []
        for cut in cuts:
            beside = places[np.abs(along - cut) <= 2.0]
            if len(beside):
                best = beside[np.argmax(room[beside[:, 0].astype(int), beside[:, 1].astype(int)])]
                way.append((float(best[0]), float(best[1])))
        way = way or [(float(places[0, 0]), float(places[0, 1]))]
        self.take("refine", 1.0)
        self.go(way[0], 2.0)
        brush = Brush(1.0)
        start = brush.covered(self.grid, Sample(0, *way[0]), Sample(0, *way[0]))
        parts = [start] + [brush.covered(self.grid, Sample(0, *a), Sample(0, *b)) for a, b in pairwise(way)]
        before = self.dice()
        edit = proposed(self.mask, self.grid, Paint(label), joined(parts), self.hu, rough=False).edit
        edit.apply(self.mask)
        self.drag(way, 1.0)
        self.key()
        if self.dice() < before:
            edit.revert(self.mask)
            self.key()

    def name_pieces(self) -> None:
        """Give each piece its subtype."""
        pieces, count = ndimage.label(self.drawn & self.blood, np.ones((3, 3)))
        for number in range(1, count + 1):
            piece = pieces == number
            if self.mm2(piece) < LEAST_MM2:
                continue
            wanted = int(np.bincount(self.truth[0][piece]).argmax())
            if int(np.bincount(self.mask.labels[0][piece]).argmax()) != wanted:
                self.click(tuple(np.argwhere(piece).mean(axis=0)))
                self.set_to(piece, wanted)

    # the hand

    def set_to(self, region: NDArray[np.bool_], label: int) -> None:
        """What a click does to a region."""
        self.mask.labels[0][region] = label
        self.mask.origins[0][region] = Origin.HUMAN

    def take(self, tool: str, radius: float) -> None:
        """Another tool or tip is a key."""
        if (tool, radius) != self.tool:
            self.effort.seconds += KEY_S
            self.tool = (tool, radius)

    def go(self, to: tuple[float, ...], width_mm: float) -> None:
        """The cursor goes somewhere, the button not pressed."""
        far = hypot(to[0] - self.at[0], to[1] - self.at[1]) * self.pixel_mm
        self.effort.path_mm += far
        self.effort.seconds += FITTS_S + FITTS_S_A_BIT * log2(far / width_mm + 1.0)
        self.at = (to[0], to[1])

    def drag(self, way: list[tuple[float, float]], radius: float) -> None:
        """A stroke along a way."""
        long = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(way)) * self.pixel_mm
        self.effort.actions += 1
        self.effort.strokes += 1
        self.effort.path_mm += long
        self.effort.seconds += STEERING_S * max(long / (2.0 * radius), 1.0)
        self.at = way[-1]

    def click(self, at: tuple[float, ...]) -> None:
        """A click that changes the mask."""
        self.go(at, CLICK_MM)
        self.effort.actions += 1

    def key(self) -> None:
        """A key that changes the mask."""
        self.effort.actions += 1
        self.effort.seconds += KEY_S


def thinned(places: NDArray[np.intp], most: int) -> NDArray[np.float64]:
    """Evenly no more than so many of them, as a hand does not look at every pixel."""
    return np.asarray(places[:: max(1, -(-len(places) // most))], float)


def largest(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected piece."""
    pieces, count = ndimage.label(region, np.ones((3, 3)))
    return np.asarray(pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:])) if count else region


def piece_of(region: NDArray[np.bool_], part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The connected piece of a region that a part of it belongs to."""
    pieces, _ = ndimage.label(region, np.ones((3, 3)))
    return np.asarray(pieces == pieces[part][0])


def straight_inside(allowed: NDArray[np.bool_], start: tuple[float, float], end: NDArray[np.float64]) -> bool:
    """Whether the middle of the tip stays where it may on its straight way."""
    steps = max(int(hypot(end[0] - start[0], end[1] - start[1])), 1)
    rows = np.rint(np.linspace(start[0], end[0], steps + 1)).astype(int)
    columns = np.rint(np.linspace(start[1], end[1], steps + 1)).astype(int)
    return bool(allowed[rows, columns].all())
