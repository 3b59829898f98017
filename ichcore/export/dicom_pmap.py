"""Heat maps as DICOM Parametric Maps: float32 activation on the series' own grid, one file a class.

One class a file and series, since viewers show a map with several quantities at one place as one jumbled
stack. The quantity is DICOM's own code for class activation (DCM 130402, PS3.16 CID 7180), without unit; it
is no probability. Source: PS3.3 A.75 (Parametric Map IOD), C.8.32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.errors import IchError
from ichcore.export.codes import CODES
from ichcore.export.new_instance import common, model_of, save
from ichcore.export.plane_frames import identity_differences, plane_frames, slices_of
from ichcore.export.pmap_reading import map_description, read_heatmaps, read_parametric_map
from ichcore.export.source_images import source_images
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from pathlib import Path

    import highdicom as hd

    from ichcore.export.material import Material
    from ichcore.export.source_images import SourceImages

FIRST_SERIES_NUMBER = 910


class NoMapError(IchError):
    """There is no heat map to write."""


@dataclass(frozen=True)
class PmapFormat:
    """DICOM Parametric Map."""

    name: str = "pmap"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Write ``activation_CLASS.dcm`` for every class that has a map.

        Raises:
            NoMapError: if there is none.
            InputError: if the source is not DICOM.
            GeometryError: if the series does not say where its slices lie, or a map is on another grid.
            OSError: if the folder cannot be written.
        """
        source = source_images(material)
        maps = [(name, parametric_map(material, source, name)) for name in _classes(material)]
        return tuple(save(data, folder / file_name(name)) for name, data in maps)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Read back by pydicom and by highdicom; values bit by bit, places, quantity, class."""
        source = source_images(material)
        found = []
        for name in _classes(material):
            path = folder / file_name(name)
            found += [f"{path.name}: {one}" for one in _differences(material, source, name, path)]
        return found


def file_name(name: str) -> str:
    """Of the map of a class."""
    return f"activation_{name}.dcm"


def _classes(material: Material) -> list[str]:
    names = [name for name in CLASSES if name in material.activation]
    if not names:
        raise NoMapError(
            "There is no heat map of this series, so there is no Parametric Map to write; explain the series "
            "first."
        )
    return names


def parametric_map(material: Material, source: SourceImages, name: str) -> hd.pm.ParametricMap:
    """One class' activation as a highdicom object.

    Raises:
        IchError: if the map is not on the volume's grid.
    """
    import highdicom as hd
    from pydicom.sr.codedict import codes

    activation = np.ascontiguousarray(material.activation[name], np.float32)
    if activation.shape != material.volume.shape or not np.isfinite(activation).all():
        raise IchError(
            f"The heat map of {name} is {activation.shape}, or holds values that are no numbers; the "
            f"series is {material.volume.shape}: explain it again."
        )
    code = CODES[name]
    mapping = hd.pm.RealWorldValueMapping(
        lut_label=code.short,
        lut_explanation=f"Class activation of {code.meaning.lower()}, no probability",
        unit=codes.UCUM.NoUnits,
        value_range=(float(activation.min()), float(activation.max())),
        slope=1.0,
        intercept=0.0,
        quantity_definition=codes.DCM.ClassActivation,
    )
    model = model_of(material)
    with quiet_pydicom():
        data = hd.pm.ParametricMap(
            source_images=source.datasets,
            pixel_array=source.stored(activation),
            contains_recognizable_visual_features=False,
            real_world_value_mappings=[mapping],
            voi_lut_transformations=[hd.VOILUTTransformation(window_center=0.5, window_width=1.0)],
            content_label=f"CAM_{code.short}",
            content_description=map_description(code.short, model[0] if model else "", material.explanation),
            **common(
                material,
                "PMAP",
                FIRST_SERIES_NUMBER + CLASSES.index(name),
                f"activation {code.short}",
                activation,
            ),
        )
        data.Laterality = ""  # type 2C of the general series, which highdicom leaves out
        return data


def _differences(material: Material, source: SourceImages, name: str, path: Path) -> list[str]:
    import highdicom as hd

    data = read_parametric_map(path)
    wanted = np.asarray(material.activation[name], np.float32)
    found = identity_differences(data, source)
    with quiet_pydicom():
        stack = np.frombuffer(data.FloatPixelData, "<f4").reshape(-1, data.Rows, data.Columns)
        indices, wrong_places = slices_of(plane_frames(data, stack), source, material.volume.geometry)
        mapping = data.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
        quantity = mapping.QuantityDefinitionSequence[0].ConceptCodeSequence[0]
        stated = (mapping.LUTLabel, quantity.CodeValue, quantity.CodingSchemeDesignator)
        unit = mapping.MeasurementUnitsCodeSequence[0].CodeValue
        again = hd.pm.sop.pmread(path).get_frames(apply_real_world_transform=True)
    found += wrong_places
    model = model_of(material)
    described = map_description(CODES[name].short, model[0] if model else "", material.explanation)
    if str(data.ContentDescription) != described:
        found.append(f"It is described as {str(data.ContentDescription)!r}, not as {described!r}.")
    if stated != (CODES[name].short, "130402", "DCM") or unit != "1":
        found.append(f"It states {stated} in {unit!r}, not class activation of {name}.")
    if sorted(indices) != list(range(wanted.shape[0])):
        found.append(f"Its {len(indices)} frames do not lie on the {wanted.shape[0]} slices, one each.")
        return found
    for library, planes in (("pydicom", stack), ("highdicom", again)):
        wrong = int(np.count_nonzero(planes != wanted[indices]))
        if wrong:
            found.append(f"{wrong} values read back by {library} differ.")
    again_on_series = {
        one.slice_index: one.activation for one in read_heatmaps(path, material.volume).heatmaps
    }
    wrong_slices = [i for i, plane in enumerate(wanted) if not np.array_equal(again_on_series[i], plane)]
    if wrong_slices:
        found.append(f"Taken over onto the series, {len(wrong_slices)} slices differ.")
    return found
