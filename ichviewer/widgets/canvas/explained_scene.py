"""One pane of a comparison as a scene, and what stands above it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ichcore.explain.method import TITLES
from ichcore.subtypes import CLASSES, hemorrhage_class
from ichviewer.documents.comparison import Asked
from ichviewer.documents.model_layers import ON_THE_DEFAULT
from ichviewer.widgets.canvas.corner_text import SEPARATOR, tr
from ichviewer.widgets.canvas.votes import Votes

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.comparison import Comparison, Explanation
    from ichviewer.documents.inference import Inference
    from ichviewer.documents.model_layers import CamLayers
    from ichviewer.widgets.canvas.scene import Scene


def explained_scene(scene: Scene, case: Case, inference: Inference, place: int) -> Scene:
    """A scene of the slice with what the pane at ``place`` explains in place of the overlay's own maps."""
    comparison, index = inference.comparison, scene.index
    bare = replace(scene, heatmaps=(), boxes=(), found=())
    if place >= len(comparison.explanations):
        return _votes_scene(bare, case, comparison)
    each = comparison.explanations[place].on(case, index)
    note = _why_empty(case, each, index, inference.cam_layers)
    found = None if note else comparison.found(index, each)
    if found is None or found.heatmap is None:
        waiting = tr("computing …") if found is None and inference.comparing.slow else ""
        return replace(bare, note=note or (found.refusal if found is not None else waiting))
    overlay = replace(scene.overlay, class_name=each.class_name)
    if found.heatmap.raw_max <= 0:
        return replace(bare, overlay=overlay, note=tr("no activation"))
    return replace(
        bare,
        overlay=overlay,
        heatmaps=(found.heatmap,) if overlay.visible else (),
        boxes=(found.box,) if overlay.boxes and found.box is not None else (),
    )


def _votes_scene(bare: Scene, case: Case, comparison: Comparison) -> Scene:
    asked = Asked.of(case, comparison, bare.index, bare.overlay.threshold)
    said = comparison.agreement(bare.index, asked)
    if said is None or not bare.overlay.visible:
        return bare
    if said.voters < 2:
        return replace(bare, note=tr("fewer than two maps"))
    return replace(bare, votes=Votes(said.votes, said.voters))


def _why_empty(case: Case, each: Explanation, index: int, layers: CamLayers | None) -> str:
    """Why an explanation has no map on a slice; empty where it should have one."""
    prediction = case.prediction
    if prediction is None or not prediction.done[index]:
        return tr("not predicted yet")
    if layers is not None and each.method not in layers.methods:
        return tr("{method} is not defined for this model").format(method=method_title(each.method))
    if each.class_name is None:
        return tr("nothing flagged here")
    if not case.flags()[index, CLASSES.index(each.class_name)]:
        return tr("{name} not flagged here").format(name=hemorrhage_class(each.class_name).short)
    return ""


def method_title(method: str) -> str:
    """What a person calls a method."""
    return TITLES.get(method, method)


def caption(case: Case | None, inference: Inference, place: int, index: int) -> str:
    """Method, layer and class of a pane, such as ``SF-CAM · fusion · IPH``."""
    comparison, layers = inference.comparison, inference.cam_layers
    if place >= len(comparison.explanations):
        return tr("Agreement")
    each = comparison.explanations[place]
    leading = each.on(case, index).class_name if case is not None else each.class_name
    short = hemorrhage_class(leading).short if leading else tr("leading class")
    return SEPARATOR.join((method_title(each.method), layer_of(each, layers), short))


def layer_of(each: Explanation, layers: CamLayers | None) -> str:
    """The layer that an explanation is read from, by name where the model has said it."""
    if each.layer is not None and each.method not in ON_THE_DEFAULT:
        return each.layer
    return layers.default if layers is not None else tr("default layer")
