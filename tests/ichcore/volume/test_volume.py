from __future__ import annotations

import numpy as np

from ichcore.volume import Finding, Geometry, Volume
from ichcore.volume.uid import derived_uid


def test_a_volume_knows_what_is_in():
    geometry = Geometry.regular((3, 4, 5), (5, 1, 1))
    volume = Volume(
        np.zeros((3, 4, 5), np.int16), geometry, ("a", "b", "c"), passport=(Finding("tilt", "t"),)
    )
    assert volume.complete
    assert volume.shape == (3, 4, 5)
    assert volume.has("tilt")
    assert not volume.has("shear")
    part = Volume(volume.hu, geometry, ("a", "b", "c"), decoded=np.array([True, False, True]))
    assert not part.complete


def test_made_up_uids_are_valid_and_stable():
    uid = derived_uid("series", 3, (1.0, 2.0))
    assert uid == derived_uid("series", 3, (1.0, 2.0))
    assert uid != derived_uid("series", 4, (1.0, 2.0))
    assert uid.startswith("2.25.")
    assert len(uid) <= 64
    assert uid.replace(".", "").isdigit()
