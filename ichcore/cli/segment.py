"""``ichcore segment``: a hemorrhage mask on the series' own grid, and how much blood it holds."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ichcore.cli.options import Device, Json, Model, SeriesUid, StudyPath
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.errors import InputError

if TYPE_CHECKING:
    from ichcore.cli.segmentation_files import Segmentation

NAME = "segment"
CHAIN, U_NET = "chain", "u-net"


@verb
def run(
    path: StudyPath,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder to write into; else the present one.")
    ] = Path(),
    model: Model = None,
    series: SeriesUid = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="CHAIN|U-NET", help="What draws; else the U-Net that learned from the model."
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", metavar="T", help="Activation above which the chain sees blood, 0 to 1."),
    ] = None,
    neighbours: Annotated[
        float | None,
        typer.Option("--neighbours", metavar="W", min=0.0, help="Weight of neighbouring slices; 0 for none."),
    ] = None,
    crf: Annotated[
        float | None,
        typer.Option("--crf", metavar="W", min=0.0, help="Weight of the dense CRF; 0 for none."),
    ] = None,
    least_hu: Annotated[
        float | None,
        typer.Option("--least-hu", metavar="HU", min=0.0, help="Take out what is less dense, and bone."),
    ] = None,
    least_mm2: Annotated[
        float | None, typer.Option("--least-mm2", metavar="A", min=0.0, help="Take smaller pieces out.")
    ] = None,
    border: Annotated[
        float | None,
        typer.Option(
            "--border",
            metavar="S",
            min=0.0,
            max=0.95,
            help="End pieces at this share of the way from their surroundings' density to theirs.",
        ),
    ] = None,
    edges: Annotated[
        bool, typer.Option("--edges/--no-edges", help="Sharpen LayerCAM by its features' PC1 (SF-CAM).")
    ] = True,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Draw a hemorrhage mask, weakly supervised.

    What the model points at becomes a mask by threshold and dense CRF (the weak chain of Ma 2025), or a U-Net
    that learned from such masks draws it. Slices that the model does not flag stay empty. Writes mask.nii.gz
    (0, 1-5 in class order, 6 unstated) and volumes.json into --out.
    """
    if by not in (None, CHAIN, U_NET):
        raise typer.BadParameter(f"{by!r} is neither {CHAIN} nor {U_NET}", param_hint="'--by'")
    if threshold is not None and not 0.0 < threshold < 1.0:
        raise typer.BadParameter(f"{threshold} is not between 0 and 1", param_hint="'--threshold'")
    from ichcore.cli.segmentation_files import Segmentation, report, write_segmentation
    from ichcore.masks.segmenter import Segmenter, chain_for
    from ichcore.models.catalogue import drawn_from
    from ichcore.models.checkpoint import load, load_segmenter
    from ichcore.opening import open_volume
    from ichcore.predict.compute import choose_device
    from ichcore.predict.predictor import Predictor

    with progress_bar() as progress:
        volume = open_volume(path, series_uid=series, progress=progress)
        where = choose_device(device)
        loaded = load(model, where)
        card = None if by == CHAIN else drawn_from(loaded.name)
        if by == U_NET and card is None:
            raise InputError(f"No installed U-Net learned from {loaded.name}; leave out --by u-net.")
        u_net = None if card is None else load_segmenter(card.name, where)
        own = chain_for(loaded)
        chain = replace(
            own,
            edges=edges,
            threshold=own.threshold if threshold is None else threshold,
            neighbour_weight=own.neighbour_weight if neighbours is None else neighbours,
            crf_weight=own.crf_weight if crf is None else crf,
            least_hu=own.least_hu if least_hu is None else least_hu,
            least_mm2=own.least_mm2 if least_mm2 is None else least_mm2,
            border_share=own.border_share if border is None else border,
        )
        prediction = Predictor(loaded).predict(volume, progress=progress)
        segmenter = Segmenter(loaded, u_net)
        pointing = segmenter.point(volume, prediction, progress=progress)
        labels = segmenter.labels(pointing, chain, progress=progress)
        drawer = None if u_net is None else (u_net.name, u_net.sha256)
        segmentation = Segmentation(volume, prediction, labels, chain, drawer)
        said = report(segmentation)
        files = write_segmentation(out, segmentation, said)
    if json:
        print_json(said | {"files": {name: str(path) for name, path in files.items()}})
    else:
        _print(segmentation, said, files)


def _print(segmentation: "Segmentation", said: dict[str, Any], files: dict[str, Path]) -> None:
    page = Page()
    drawer = segmentation.u_net
    page.fields(
        [
            ("Model", segmentation.prediction.model_name),
            ("Drawn by", "the weak chain" if drawer is None else drawer[0]),
            *((name, str(path)) for name, path in files.items()),
        ]
    )
    page.line(f"{len(said['slices'])} of {len(segmentation.labels)} slices have a mask.")
    if said["withheld"]:
        page.line(said["withheld"])
    else:
        volumes = {name: ml for name, ml in said["volumes_ml"].items() if ml > 0 or name == "any"}
        page.line("mL: " + ", ".join(f"{name} {ml:.2f}" for name, ml in volumes.items()))
        if said["abc_over_2"]:
            page.line(f"ABC/2 of the largest bleed: {said['abc_over_2']['ml']:.2f} mL")
    page.warnings(segmentation.prediction.warnings)
    page.research_use()
