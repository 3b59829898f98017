"""Where in a host a bleed of each subtype may lie: first a slice, then a place that is seen in it [ours].

A slice is drawn first, each with the same chance, so that bleeds lie at every height of the head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.datasets.host_block import inner_table_at, shows_ventricles
from ichcore.errors import InputError
from ichcore.phantom.bleed_epidural import Epidural
from ichcore.phantom.bleed_extraaxial import Patch
from ichcore.phantom.bleed_intraparenchymal import Intraparenchymal
from ichcore.phantom.bleed_intraventricular import Intraventricular
from ichcore.phantom.bleed_statistics import draw_component_volumes_ml
from ichcore.phantom.bleed_subarachnoid import Subarachnoid
from ichcore.phantom.bleed_subdural import FoldSubdural, Subdural
from ichcore.phantom.head import VAULT_CENTRE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ichcore.datasets.host_anatomy import HostSlice
    from ichcore.datasets.implant_host import HostAnatomy
    from ichcore.phantom.bleed import Bleed
    from ichcore.phantom.head import Head

    Point = tuple[float, float, float]

LEAST_ML = {"epidural": 2.0, "subdural": 4.0, "intraparenchymal": 0.4}
"""Smaller main components are not implanted: flat ones are lost in the bone's partial volume."""
MOST_ML = {"pons": 4.0, "cerebellum": 18.0, "thalamus": 20.0, "basal ganglia": 60.0, "lobar": 60.0}
"""Larger clots do not fit into their site."""
FOLD_SHARE = 0.12
"""Of the subdural bleeds lie along the falx."""
_SULCI_MM2, _SULCUS_DEPTH_MM = 40.0, 1.5
_BASE_Z_MM = -22.0
_BASE_ODDS, _PATCH_TRIES = 0.35, 12


def draw_bleeds(rng: np.random.Generator, name: str, head: Head, host: HostAnatomy) -> list[Bleed]:
    """A bleed of a subtype at a place in the host; subarachnoid blood is often in several.

    Raises:
        InputError: if no slice of the host has such a place.
    """
    return _DRAW[name](rng, head, host)


def _patch(rng: np.random.Generator, host: HostAnatomy) -> Patch:
    """A place under the vault, seldom in the midline, in a slice drawn from all; less often at the base."""
    x = y = 0.0
    for _ in range(_PATCH_TRIES):
        k = _slice(rng, host)
        side = 1.0 if rng.random() < 0.5 else -1.0
        # 0 is lateral, 1 in front or behind
        turn = float(np.clip(rng.normal(0.0, 0.42), -0.9, 0.9)) * np.pi / 2
        x, y = inner_table_at(host.slices[k], side * np.cos(turn), VAULT_CENTRE[1] + np.sin(turn))
        if _under_vault(host.slices[k], x, y):
            break
    z = _height_in(rng, host, k)
    away = np.array([x, y - VAULT_CENTRE[1], z - VAULT_CENTRE[2]])
    ray = away / np.linalg.norm(away)
    return Patch((float(ray[0]), float(ray[1]), float(ray[2])), (x, y, z))


def _slice(rng: np.random.Generator, host: HostAnatomy, among: NDArray[np.intp] | None = None) -> int:
    """One of the slices, those of the base less often: the posterior fossa is a tenth of the brain."""
    chosen = np.arange(len(host.slices)) if among is None else among
    odds = np.where(host.z_mm[chosen] < _BASE_Z_MM, _BASE_ODDS, 1.0)
    return int(rng.choice(chosen, p=odds / odds.sum()))


def _under_vault(one: HostSlice, x: float, y: float) -> bool:
    row, column = (round(float(a)) for a in one.pixels(np.asarray(x, np.float32), np.asarray(y, np.float32)))
    return bool(one.vault[row, column] > 0.7)


def _height_in(rng: np.random.Generator, host: HostAnatomy, k: int) -> float:
    return float(host.z_mm[k] + rng.uniform(-0.5, 0.5) * host.step_mm)


def _epidural(rng: np.random.Generator, head: Head, host: HostAnatomy) -> list[Bleed]:
    volume = max(draw_component_volumes_ml(rng, "epidural")[0], LEAST_ML["epidural"])
    return [Epidural(rng, head, host.z_range_mm, volume, _patch(rng, host))]


def _subdural(rng: np.random.Generator, head: Head, host: HostAnatomy) -> list[Bleed]:
    if rng.random() < FOLD_SHARE and host.z_mm.max() > _FALX_Z_MM:
        return [_falx_subdural(rng, head, host)]
    volume = max(draw_component_volumes_ml(rng, "subdural")[0], LEAST_ML["subdural"])
    return [Subdural(rng, head, host.z_range_mm, volume, patch=_patch(rng, host))]


_FALX_Z_MM = 20.0


def _falx_subdural(rng: np.random.Generator, head: Head, host: HostAnatomy) -> Bleed:
    """Beside the midline, in front or behind, in a slice above the corpus callosum's lower edge."""
    k = int(rng.choice(np.flatnonzero(host.z_mm > _FALX_Z_MM)))
    one = host.slices[k]
    back = 1.0 if rng.random() < 0.65 else -1.0
    _, end = inner_table_at(one, 0.0, VAULT_CENTRE[1] + 60.0 * back)
    bleed = FoldSubdural(rng, head, (-5.0, host.z_range_mm[1]))
    bleed.where = "falx"
    bleed.centre = (0.0, end - back * rng.uniform(4.0, 28.0), _height_in(rng, host, k))
    return bleed


def _intraparenchymal(rng: np.random.Generator, head: Head, host: HostAnatomy) -> list[Bleed]:
    volume = max(draw_component_volumes_ml(rng, "intraparenchymal")[0], LEAST_ML["intraparenchymal"])
    volume = min(volume, MOST_ML["lobar"])
    radius = float((1300.0 * volume * 3 / (4 * np.pi)) ** (1 / 3))
    k = _slice(rng, host)
    one, z = host.slices[k], _height_in(rng, host, k)
    deepest = float(one.depth.max())
    room = (one.depth > min(0.8 * radius + 2.0, 20.0, 0.8 * deepest)) & (one.csf < 0.3)
    if z > _BASE_Z_MM:
        room &= np.abs(one.x) > min(0.5 * radius + 3.0, 15.0)  # a clot seldom lies across the falx
    if shows_ventricles(one, z):
        # tissue that a clot spreads must not be that of a ventricle: it would be drawn out around the clot
        clear = room & (one.ventricle_mm > min(0.6 * radius, 12.0))
        room = clear if clear.any() else room
    deep = room & (np.abs(one.x) < 33) & (np.abs(one.x) > 8) & (one.y > -16) & (one.y < 20)
    if -8.0 < z < 22.0 and deep.any() and rng.random() < 0.6:
        room = deep
    x, y = _somewhere(rng, one, room if room.any() else one.depth >= deepest)
    site = _name(x, y, z)
    volume = min(volume, MOST_ML[site])
    return [Intraparenchymal(rng, head, host.z_range_mm, volume, site=(site, (x, y, z)))]


def _name(x: float, y: float, z: float) -> str:
    if z < _BASE_Z_MM and y > 12:
        return "pons" if abs(x) < 8 and y < 34 else "cerebellum"
    if -8.0 < z < 22.0 and 6 < abs(x) < 33 and -16 < y < 20:
        return "thalamus" if abs(x) < 17 and y > 5 else "basal ganglia"
    return "lobar"


def _intraventricular(rng: np.random.Generator, head: Head, host: HostAnatomy) -> list[Bleed]:
    seen = [k for k, z in enumerate(host.z_mm) if shows_ventricles(host.slices[k], float(z))]
    if not seen:
        raise InputError("No slice of the host shows its ventricles.")
    one = host.slices[_slice(rng, host, np.array(seen))]
    bleed = Intraventricular(rng, head, (-5.0, host.z_range_mm[1]))
    y = one.y[one.ventricle > 0.5]
    # what lies lowest on the back fills first
    bleed.level_y = float(np.quantile(y, rng.uniform(0.25, 0.9)))
    bleed.centre_y = float(np.quantile(y, rng.uniform(0.1, 0.9)))
    if bleed.kind == "third":
        bleed.kind = "cast"
    return [bleed]


def _subarachnoid(rng: np.random.Generator, head: Head, host: HostAnatomy) -> list[Bleed]:
    areas = np.array([_sulci(one).sum() for one in host.slices]) * host.pixel_mm**2
    seen = np.flatnonzero(areas > _SULCI_MM2)
    if not seen.size:
        raise InputError("No slice of the host shows sulci or cisterns.")
    bleeds: list[Bleed] = []
    for _ in range(int(rng.choice([1, 2, 3], p=[0.4, 0.35, 0.25]))):
        k = _slice(rng, host, seen)
        one = host.slices[k]
        x, y = _somewhere(rng, one, _sulci(one))
        bleeds.append(Subarachnoid(rng, head, host.z_range_mm, (x, y, _height_in(rng, host, k))))
    return bleeds


def _sulci(one: HostSlice) -> NDArray[np.bool_]:
    return (one.sulcus_mm < 0.0) & (one.depth > _SULCUS_DEPTH_MM)


def _somewhere(rng: np.random.Generator, one: HostSlice, room: NDArray[np.bool_]) -> tuple[float, float]:
    at = int(rng.choice(np.flatnonzero(room)))
    return float(one.x.ravel()[at]), float(one.y.ravel()[at])


_DRAW: dict[str, Callable[[np.random.Generator, Head, HostAnatomy], list[Bleed]]] = {
    "epidural": _epidural,
    "intraparenchymal": _intraparenchymal,
    "intraventricular": _intraventricular,
    "subarachnoid": _subarachnoid,
    "subdural": _subdural,
}

__all__ = ["FOLD_SHARE", "LEAST_ML", "MOST_ML", "draw_bleeds"]
