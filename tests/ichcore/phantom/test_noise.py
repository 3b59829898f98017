from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from ichcore.phantom import PhantomCase, make_case
from ichcore.phantom.noise import KERNELS, kernel_noise, noise_power
from tests.ichcore.phantom.measures import BINS_LP_CM, texture

REAL = Path(os.environ.get("ICH_REAL_DATA", "../shared/data"))
REAL_NPS = {
    "edge": (2.16, 1.55, 1.20, 0.93, 0.65, 0.37, 0.14),
    "standard": (1.82, 1.74, 1.44, 1.07, 0.61, 0.25, 0.07),
    "soft": (1.86, 1.69, 1.47, 1.13, 0.60, 0.22, 0.05),
}
"""Measured on real studies with measures.texture; ``soft`` is the mean of two."""


@pytest.mark.parametrize("kernel", KERNELS)
def test_noise_has_unit_sd_and_the_spectrum_of_its_kernel(kernel: str) -> None:
    noise = kernel_noise(np.random.default_rng(0), 512, 0.46, kernel)
    assert noise.std() == pytest.approx(1.0, abs=0.03)
    radial = np.hypot(*np.meshgrid(np.fft.fftfreq(512, 0.046), np.fft.fftfreq(512, 0.046)))
    power = np.abs(np.fft.fft2(noise)) ** 2
    measured = np.array([power[np.abs(radial - f) < 0.25].mean() for f in BINS_LP_CM])
    expected = noise_power(BINS_LP_CM, kernel)
    np.testing.assert_allclose(measured / measured.sum(), expected / expected.sum(), atol=0.02)


def test_an_unknown_kernel_is_refused() -> None:
    with pytest.raises(KeyError, match="expected one of"):
        noise_power(np.array([1.0]), "sharp")


def test_a_blank_phantom_has_the_texture_of_real_brain() -> None:
    case = make_case(1, subtypes=(), slices=6, size=512)
    found = texture(case.volume.hu[1:5].astype(float), case.volume.geometry.require_in_plane_mm()[0])
    assert found.sd_hu == pytest.approx(case.scan.noise_hu, rel=0.3)
    np.testing.assert_allclose(found.nps, REAL_NPS[case.scan.kernel], atol=0.35)
    spread = found.quantiles[3] - found.quantiles[1]
    assert 25 < found.quantiles[2] < 46
    assert 6 < spread < 16


def test_noise_levels_span_those_of_real_scanners(blank: PhantomCase, mixed: PhantomCase) -> None:
    assert 2.0 <= blank.scan.noise_hu <= 6.0
    assert 2.0 <= mixed.scan.noise_hu <= 6.0


@pytest.mark.real
@pytest.mark.parametrize(("folder", "kernel"), [("dcm_qa_ct/GE", "edge"), ("cq500/CQ500_CT_47", "standard")])
def test_the_stated_figures_are_those_of_the_real_studies(folder: str, kernel: str) -> None:
    if not (REAL / folder).is_dir():
        pytest.skip(f"real studies are not here ({REAL})")
    pydicom = pytest.importorskip("pydicom")
    slices = [pydicom.dcmread(f) for f in sorted((REAL / folder).iterdir())]
    slices = sorted(slices, key=lambda d: float(d.ImagePositionPatient[2]))[10::3]
    hu = np.stack([d.pixel_array * float(d.RescaleSlope) + float(d.RescaleIntercept) for d in slices])
    found = texture(hu, float(slices[0].PixelSpacing[0]))
    assert 2.0 < found.sd_hu < 6.0
    np.testing.assert_allclose(found.nps, REAL_NPS[kernel], atol=0.3)
