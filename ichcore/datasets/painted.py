"""Real heads without their bleeds: the same anatomy at the same heights, bare of blood [ours].

Where a set's patients all bleed in one place, the height of a slice tells whether it bleeds, and no slice at
that height is free of blood. Painting the bleeds out makes such slices, as negatives and as hosts of
implants. No mask is looked at: what is painted out is what a model's CAM lights up in the slices that the
weak label calls positive, so the painting is as weakly supervised as the label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as nnf
from scipy import ndimage

from ichcore.datasets.case_files import WEAK_MARGIN, CaseFiles, is_complete, read_case, write_case
from ichcore.datasets.hu_share import hu_share
from ichcore.datasets.painting_out import paint_out
from ichcore.errors import InputError
from ichcore.models.network import IchNetwork
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.models.network import HuNetwork
    from ichcore.progress import CancelToken, Progress

LIT = 0.3
"""Share of the CAM's maximum from where on a pixel is painted out. On the 12 validation patients of
PHE-SICH-CT-IDS what this covers, grown by :data:`GROWN_MM`, held all of every silver bleed and 97 % of the
edema."""
GROWN_MM = 3.0
_SEEN = ("any", "intraparenchymal")
"""Classes whose maps count, each against its own maximum."""
_BATCH = 16
_ANY = CLASSES.index("any")


def make_painted_set(
    hosts: Sequence[CaseFiles],
    root: Path,
    network: HuNetwork,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[CaseFiles]:
    """Each host that bleeds, without its bleeds; resumable.

    Args:
        hosts: cases on the network's grid.
        root: one folder a case is made in it.
        network: whose CAM says where the bleeds are.
        progress: told of each case.
        cancel: looked at between cases.

    Raises:
        CancelledError: if asked to stop.
        InputError: if the network has no CAM of its classes.
    """
    if not isinstance(network, IchNetwork):
        raise InputError("What bleeds is painted out where a classifier sees it; name the checkpoint of one.")
    network.eval()
    folders = []
    for number, host in enumerate(hosts):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if not (host.labels[:, _ANY] & host.known[:, _ANY]).any():
            continue
        folder = root / f"painted-{host.about.get('case', host.patient)}"
        folders.append(folder)
        if not is_complete(folder):
            _write_painted(host, network, folder)
        if progress is not None:
            progress(number + 1, len(hosts), "painting bleeds out")
    return [read_case(folder) for folder in folders]


def lit_regions(network: IchNetwork, host: CaseFiles) -> NDArray[np.bool_]:
    """``(N, H, W)`` what is painted out: the lit part of positive slices and of those beside them."""
    maps = _maps(network, host)
    highest = maps.max(axis=(2, 3), initial=0.0)
    bleeding = host.labels[:, _ANY] & host.known[:, _ANY]
    regions = np.zeros((len(maps), *host.hu.shape[1:]), bool)
    positive = np.flatnonzero(bleeding)
    pixel_mm = float(host.about["pixel_mm"])
    for index in range(len(maps)):
        nearest = positive[np.argmin(np.abs(positive - index))] if len(positive) else None
        if nearest is None or abs(int(nearest) - index) > WEAK_MARGIN:
            continue
        against = highest[nearest][:, None, None]
        lit = ((maps[index] > LIT * against) & (against > 0)).any(axis=0)
        if lit.any():
            regions[index] = ndimage.distance_transform_edt(~lit) * pixel_mm <= GROWN_MM
    return regions


def _maps(network: IchNetwork, host: CaseFiles) -> NDArray[np.float32]:
    """``(N, K, H, W)`` positive part of the CAM of :data:`_SEEN`."""
    columns = [network.classes.index(name) for name in _SEEN if name in network.classes]
    found = []
    for start in range(0, len(host.hu), _BATCH):
        hu = torch.from_numpy(np.array(host.hu[start : start + _BATCH], np.float32))[:, None]
        with torch.no_grad():
            cam = network.cam(network.features(hu.contiguous(memory_format=torch.channels_last)))
        large = nnf.interpolate(cam[:, columns].float(), hu.shape[-2:], mode="bilinear", align_corners=False)
        found.append(large.clamp(min=0).numpy())
    return np.concatenate(found)


def _write_painted(host: CaseFiles, network: IchNetwork, folder: Path) -> None:
    """Write a host without what is lit, known to be free of blood where its label was known."""
    pixel_mm = float(host.about["pixel_mm"])
    hu = np.array(host.hu)
    for index, region in enumerate(lit_regions(network, host)):
        if region.any():
            painted = paint_out(hu[index], region, pixel_mm, np.random.default_rng(index))
            hu[index] = np.rint(painted).astype(np.int16)
    known = np.repeat(host.known[:, [_ANY]], len(CLASSES), axis=1)
    about = {
        **host.inherited,
        "height": host.about["height"],
        "patient": host.patient,
        "case": folder.name,
        "kind": "painted",
        "share": [round(hu_share(one, pixel_mm), 5) for one in hu],
    }
    write_case(folder, hu, None, np.zeros_like(host.labels), about, known=known)
