"""What the reader can ask of the mask beside strokes: clicks, outlines, and commands on a slice or on all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ichcore.masks.edits.mask_edit import MaskEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.region import Region, Voxel
    from ichcore.masks.edits.smart_refine import Proposal
    from ichcore.masks.edits.voxel_grid import VoxelGrid
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.edit_settings import EditSettings
    from ichviewer.documents.suggestion_flow import SuggestionFlow
    from ichviewer.documents.view_state import ViewState

    Hu = NDArray[np.int16]
    Made = Callable[[LabelMap, Hu], MaskEdit]

GROW_RADIUS_MM = 25.0
"""So far from the click region grow may go."""
UNCHANGED = "Nothing changed: there is nothing here that this would change."


class MaskOperations(QObject):
    """Turns a wish into an edit, made in the background from a snapshot; tools are imported by the worker."""

    def __init__(
        self,
        annotating: Annotating,
        view: ViewState,
        suggestion: SuggestionFlow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._annotating, self._view, self._suggestion = annotating, view, suggestion
        self._case: Case | None = None

    def set_case(self, case: Case | None) -> None:
        """Another series is open."""
        self._case = case
        if case is None:
            self._suggestion.drop()

    # what the wishes share

    @property
    def _settings(self) -> EditSettings:
        return self._annotating.settings

    @property
    def _index(self) -> int | None:
        """The slice of a command; ``None`` for all."""
        return None if self._settings.whole_series else self._view.slice_index

    @property
    def _grid(self) -> VoxelGrid | None:
        return self._annotating.grid if self._annotating.prepare() else None

    def _run(self, work: Callable[[LabelMap, Hu], MaskEdit], slices: Iterable[int] | None) -> None:
        self._annotating.run(work, slices=slices, empty=self.tr(UNCHANGED))

    def _here(self) -> tuple[int, ...] | None:
        return None if self._index is None else (self._index,)

    # commands

    def command(self, name: str) -> None:
        """Do one of :data:`COMMANDS` on the shown slice, or on all."""
        grid = self._grid
        if grid is None:
            self._run(lambda label_map, _: _nothing(label_map), ())  # says that the mask is being opened
            return
        self._run(COMMANDS[name](grid, self._settings, self._index), self._here())

    def copy_to(self, by: int) -> None:
        """Copy what is drawn on the shown slice to the one ``by`` slices on, and go there."""
        source, target, grid = self._view.slice_index, self._view.slice_index + by, self._grid
        if grid is None or not 0 <= target < self._view.slices:
            return

        def work(label_map: LabelMap, _: Hu) -> MaskEdit:
            from ichcore.masks.edits.neighbour_copy import copied

            return copied(label_map, grid, source, target)

        self._run(work, (source, target))
        self._view.go_to_slice(target)

    def interpolate(self) -> None:
        """Draw the slices between drawn ones."""
        grid = self._grid
        if grid is None:
            return

        def work(label_map: LabelMap, _: Hu) -> MaskEdit:
            from ichcore.masks.edits.interpolation import interpolated

            return interpolated(label_map, grid)

        self._annotating.run(
            work, slices=None, empty=self.tr("There is no slice between two slices that you drew.")
        )

    def clear_slice(self) -> None:
        """Take everything from the shown slice."""
        index = self._view.slice_index

        def work(label_map: LabelMap, _: Hu) -> MaskEdit:
            import numpy as np

            from ichcore.masks.edits.origin import Origin

            size = label_map.shape[1] * label_map.shape[2]
            where = np.flatnonzero(label_map.labels[index].reshape(-1)) + index * size
            return MaskEdit.setting("Clear slice", label_map, where, 0, Origin.HUMAN)

        self._run(work, (index,))

    def relabel_all(self, old: int) -> None:
        """Give every voxel of one label the current one, on the shown slice or on all."""
        new, index = self._settings.label, self._index

        def work(label_map: LabelMap, _: Hu) -> MaskEdit:
            from ichcore.masks.edits.relabel import relabelled

            return relabelled(label_map, old, new, index=index)

        self._run(work, self._here())

    def take_model(self, *, whole: bool) -> None:
        """The model's mask in place of what is there, in the whole series or on the shown slice."""
        case, index = self._case, None if whole else self._view.slice_index
        if case is None:
            return
        self._annotating.prepare()
        before = self._annotating.names

        def receive(labels: NDArray[np.uint8], model: str, threshold: float) -> None:
            meanwhile = self._annotating.names != before

            def work(label_map: LabelMap, _: Hu) -> MaskEdit:
                from ichcore.masks.edits.suggestion import suggested

                # what the reader drew while the model was at work is newer than the wish
                return suggested(label_map, labels, index=index, keep_drawn=meanwhile)

            self._annotating.run(
                work,
                slices=None if index is None else (index,),
                empty=self.tr("The model marks nothing here, and neither did you."),
                model=(model, threshold) if whole else None,
            )

        if not self._suggestion.request(case, index, receive):
            self._annotating.notice_raised.emit(
                "info", self.tr("The model's mask is made once every slice is predicted (F5).")
            )

    # at a voxel

    def click(self, tool: str, at: Voxel) -> None:
        """Do one of :data:`CLICKS` at a voxel."""
        grid = self._grid
        if grid is None:
            self._run(lambda label_map, _: _nothing(label_map), ())
            return
        settings = self._settings
        work = CLICKS[tool](grid, settings, at)
        self._run(work, None if settings.whole_series else (at[0],))

    def outline(self, index: int, points: Sequence[tuple[float, float]], name: str) -> None:
        """Paint what a polygon or lasso encloses on a slice."""
        paint = self._settings.paint()

        def work(label_map: LabelMap, hu: Hu) -> MaskEdit:
            from ichcore.masks.edits.outline import outlined

            return outlined(label_map, paint, index, points, hu=hu, name=name)

        self._run(work, (index,))

    def preview_level(self, at: Voxel | None) -> None:
        """Show what a level trace from here would take."""
        if at is None:
            self._annotating.proposing.look_ahead(None)
            return
        self._annotating.prepare()

        def work(hu: Hu) -> Region:
            from ichcore.masks.edits.level_trace import level_region

            return level_region(hu, at)

        self._annotating.proposing.look_ahead(work)

    # smart refine

    def refine_slice(self) -> None:
        """Propose better borders for the current label on the shown slice; else for the commonest."""
        grid, settings, index = self._grid, self._settings, self._view.slice_index
        if grid is None:
            return

        def work(label_map: LabelMap, hu: Hu) -> Proposal | None:
            from dataclasses import replace

            import numpy as np

            from ichcore.masks.edits.region import Region
            from ichcore.masks.edits.smart_refine import proposed

            plane = label_map.labels[index]
            counts = np.bincount(plane.ravel(), minlength=7)
            counts[0] = 0
            if not counts.any():
                return None
            label = settings.label if counts[settings.label] else int(counts.argmax())
            start = Region.of_slices({index: plane == label})
            paint = replace(settings, label=label).paint()
            return proposed(label_map, grid, paint, start, hu, rough=True)

        self._annotating.proposing.propose(work, (index,))

    def refine_scribble(self, index: int, points: Sequence[tuple[float, float]]) -> None:
        """Propose what belongs to a scribble of the brush."""
        grid, settings = self._grid, self._settings
        if grid is None:
            return

        def work(label_map: LabelMap, hu: Hu) -> Proposal | None:
            from dataclasses import replace

            from ichcore.masks.edits.brush import Sample
            from ichcore.masks.edits.region import joined
            from ichcore.masks.edits.smart_refine import proposed

            brush = replace(settings, hardness=1.0, ball=False).brush
            samples = [Sample(index, row, column) for row, column in points]
            pairs = zip([samples[0], *samples], samples, strict=False)
            start = joined(brush.covered(grid, first, second) for first, second in pairs)
            return proposed(label_map, grid, settings.paint(), start, hu, rough=False)

        self._annotating.proposing.propose(work, (index,))


def _nothing(label_map: LabelMap) -> MaskEdit:
    return MaskEdit.setting("", label_map, _no_voxels(), 0, 0)


def _no_voxels() -> NDArray[np.uint32]:
    import numpy as np

    return np.empty(0, np.uint32)


def _grow(grid: VoxelGrid, settings: EditSettings, index: int | None) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from ichcore.masks.edits.margins import grown

        return grown(label_map, grid, settings.margin_mm, index=index)

    return work


def _shrink(grid: VoxelGrid, settings: EditSettings, index: int | None) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from ichcore.masks.edits.margins import shrunk

        return shrunk(label_map, grid, settings.margin_mm, index=index)

    return work


def _smooth(grid: VoxelGrid, settings: EditSettings, index: int | None) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from ichcore.masks.edits.smooth import smoothed

        return smoothed(label_map, grid, settings.margin_mm, index=index)

    return work


def _fill_holes(grid: VoxelGrid, _: EditSettings, index: int | None) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from ichcore.masks.edits.holes import holes_filled

        return holes_filled(label_map, grid, index=index)

    return work


def _keep_largest(grid: VoxelGrid, _: EditSettings, index: int | None) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from ichcore.masks.edits.islands import only_largest

        return only_largest(label_map, grid, index=index)

    return work


def _drop_small(grid: VoxelGrid, settings: EditSettings, index: int | None) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from ichcore.masks.edits.islands import dropped

        return dropped(label_map, grid, below=settings.island_mm2, index=index)

    return work


def _fill(_: VoxelGrid, settings: EditSettings, at: Voxel) -> Made:
    def work(label_map: LabelMap, hu: Hu) -> MaskEdit:
        from ichcore.masks.edits.fill import filled

        return filled(label_map, settings.paint(), at, hu=hu, in_3d=settings.whole_series)

    return work


def _level_trace(_: VoxelGrid, settings: EditSettings, at: Voxel) -> Made:
    def work(label_map: LabelMap, hu: Hu) -> MaskEdit:
        from ichcore.masks.edits.level_trace import level_traced

        return level_traced(label_map, settings.paint(), at, hu)

    return work


def _region_grow(grid: VoxelGrid, settings: EditSettings, at: Voxel) -> Made:
    def work(label_map: LabelMap, hu: Hu) -> MaskEdit:
        from ichcore.masks.edits.region_grow import region_grown

        return region_grown(
            label_map,
            grid,
            settings.paint(),
            at,
            hu,
            tolerance_hu=settings.tolerance_hu,
            radius=GROW_RADIUS_MM,
            in_3d=settings.whole_series,
        )

    return work


def _relabel(_: VoxelGrid, settings: EditSettings, at: Voxel) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from ichcore.masks.edits.relabel import relabelled_component

        return relabelled_component(label_map, at, settings.label, in_3d=settings.whole_series)

    return work


def _drop_island(_: VoxelGrid, settings: EditSettings, at: Voxel) -> Made:
    def work(label_map: LabelMap, _: Hu) -> MaskEdit:
        from dataclasses import replace

        from ichcore.masks.edits.relabel import relabelled_component

        edit = relabelled_component(label_map, at, 0, in_3d=settings.whole_series)
        return replace(edit, name="Drop island")

    return work


COMMANDS: dict[str, Callable[[VoxelGrid, EditSettings, int | None], Made]] = {
    "grow": _grow,
    "shrink": _shrink,
    "smooth": _smooth,
    "fill_holes": _fill_holes,
    "keep_largest": _keep_largest,
    "drop_small": _drop_small,
}
"""By name; each makes the work of a command from grid, settings and slice (``None`` for all)."""
CLICKS: dict[str, Callable[[VoxelGrid, EditSettings, Voxel], Made]] = {
    "fill": _fill,
    "level_trace": _level_trace,
    "region_grow": _region_grow,
    "relabel": _relabel,
    "drop_island": _drop_island,
}
"""By name; each makes the work of a click at a voxel."""
