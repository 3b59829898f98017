"""Images of many files → series: one stack each, everything that does not fit split off or left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from ichcore.dicom import tags
from ichcore.dicom.findings import header_findings
from ichcore.dicom.kinds import MOST_VOXELS, REFUSED
from ichcore.dicom.passes import settle_doubles, split_passes
from ichcore.dicom.series import DicomSeries
from ichcore.dicom.stack import Stack, build_stack, split_by
from ichcore.sources import LeftOut
from ichcore.volume.passport import Finding
from ichcore.volume.uid import derived_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ichcore.dicom.frame import Frame

FEWEST_SPLIT = 3
"""A part of a series with fewer slices than this is left out rather than listed as a series of its own."""


@dataclass
class _Part:
    """A part of a series that is one stack."""

    stack: Stack
    uid: str
    findings: list[Finding]


def group_series(frames: Iterable[Frame]) -> tuple[list[DicomSeries], list[LeftOut]]:
    """All series that the images make, and the images that fit none."""
    by_series: dict[tuple[str, ...], list[Frame]] = defaultdict(list)
    for frame in frames:
        header = frame.header
        uid = header.text(tags.SERIES_INSTANCE)
        # without a UID, the files of one study in one folder count as a series
        where = (header.text(tags.STUDY_INSTANCE), str(PurePath(header.label).parent))
        by_series[(uid,) if uid else ("", *where)].append(frame)
    series: list[DicomSeries] = []
    left: list[LeftOut] = []
    for key, members in by_series.items():
        if sum(f.storage.rows * f.storage.columns for f in members) > MOST_VOXELS:
            left += [
                LeftOut(f.label, f"{REFUSED}its series holds too many pixels for memory") for f in members
            ]
            continue
        name = key[0] or derived_uid(*key)
        parts = _split(_without_copies(members, left), name, left)
        series += [_finish(part, left) for part in parts]
    return series, left


def _without_copies(frames: list[Frame], left: list[LeftOut]) -> list[Frame]:
    """Each SOP instance once."""
    seen: dict[tuple[str, int], Frame] = {}
    kept: list[Frame] = []
    for frame in frames:
        key = (frame.sop_instance_uid, frame.number)
        twin = seen.get(key) if frame.sop_instance_uid else None
        if twin is None or twin.position_mm != frame.position_mm:
            seen.setdefault(key, frame)
            kept.append(frame)
        elif frame.stored_whole and not twin.stored_whole:
            kept[kept.index(twin)] = frame
            seen[key] = frame
            left.append(LeftOut(twin.label, f"an incomplete copy of {frame.label}"))
        else:
            left.append(LeftOut(frame.label, f"a copy of {twin.label} (same SOP instance UID)"))
    return kept


def _split(frames: list[Frame], uid: str, left: list[LeftOut]) -> list[_Part]:
    """Parts by size, spacing and orientation, then by pass; the largest keeps the series' UID."""
    groups, differing = split_by(frames)
    ordered = sorted(groups.values(), key=len, reverse=True)
    parts: list[_Part] = []
    code = "mixed_orientations" if "orient" in differing else "mixed_sizes"
    for number, members in enumerate(ordered):
        if number and len(members) < FEWEST_SPLIT:
            left += [LeftOut(f.label, f"its {differing} differ from the rest of its series") for f in members]
            continue
        stack = build_stack(members)
        name = uid if number == 0 else derived_uid(uid, "part", stack.frames[0].sop_instance_uid)
        notes = []
        if len(ordered) > 1:
            notes.append(
                Finding(
                    code,
                    f"One series UID held images of different {differing}; this is part {number + 1} of "
                    f"{len(ordered)}, {len(members)} images.",
                )
            )
        parts += _passes(stack, name, notes, left)
    return parts


def _passes(stack: Stack, uid: str, notes: list[Finding], left: list[LeftOut]) -> list[_Part]:
    """One part a pass over the same positions."""
    if not stack.positions_known or len(stack.frames) < 2:
        return [_Part(stack, uid, notes)]
    passes = split_passes(stack.frames, stack.geometry.positions_mm)
    if len(passes) == 1:
        return [_Part(stack, uid, notes)]
    parts: list[_Part] = []
    for number, chosen in enumerate(passes):
        if number and len(chosen) < FEWEST_SPLIT:
            left += [
                LeftOut(stack.frames[i].label, "a repeated scan of a few positions of its series")
                for i in chosen
            ]
            continue
        name = uid if number == 0 else derived_uid(uid, "pass", stack.frames[chosen[0]].sop_instance_uid)
        finding = Finding(
            "interleaved",
            f"One series UID held {len(passes)} passes over the same range; this is one of them, "
            f"{len(chosen)} of {len(stack.frames)} images.",
        )
        parts.append(_Part(stack.subset(sorted(chosen)), name, [*notes, finding]))
    return parts


def _finish(part: _Part, left: list[LeftOut]) -> DicomSeries:
    """Settle double positions and write the passport."""
    stack, notes = part.stack, list(part.findings)
    if stack.positions_known:
        kept, dropped = settle_doubles(stack.frames, stack.geometry.positions_mm)
        if dropped:
            farthest = max(distance for _, _, distance in dropped)
            notes.append(
                Finding(
                    "duplicate_positions",
                    f"{len(dropped)} positions came more than once (up to {farthest:.2f} mm apart); "
                    "the complete, later image of each is kept.",
                )
            )
            left += [
                LeftOut(
                    stack.frames[i].label,
                    f"the same position as {stack.frames[j].label} ({distance:.2f} mm apart), which is kept",
                )
                for i, j, distance in dropped
            ]
            stack = stack.subset(kept)
    header = stack.frames[0].header
    identity = header.identity(part.uid)
    middle = stack.frames[len(stack.frames) // 2]
    return DicomSeries(
        identity=identity,
        geometry=stack.geometry,
        frames=stack.frames,
        sop_instance_uids=_sop_uids(stack.frames, part.uid),
        windows=middle.windows,
        passport=(*notes, *header_findings(stack, identity)),
    )


def _sop_uids(frames: Sequence[Frame], series_uid: str) -> tuple[str, ...]:
    """One UID a slice, made up (and stable) where missing or double."""
    found: dict[str, None] = {}
    for frame in frames:
        uid = frame.sop_instance_uid
        if not uid or uid in found:
            uid = derived_uid(series_uid, frame.sop_instance_uid, frame.position_mm, frame.label)
        found[uid] = None
    return tuple(found)
