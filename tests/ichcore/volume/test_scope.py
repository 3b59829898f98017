from __future__ import annotations

import pytest

from ichcore.volume.scope import is_bone_kernel, names_contrast, names_head


@pytest.mark.parametrize(
    ("agent", "description", "contrast"),
    [
        ("OMNIPAQUE 300", "", True),
        ("", "HEAD C+", True),
        ("", "POST CONTRAST AX", True),
        ("", "CTA HEAD", True),
        ("", "WITH CONTRAST", True),
        ("", "BRAIN +C", True),
        ("", "PRE CONTRAST THIN", False),
        ("", "HEAD W/O CONTRAST", False),
        ("", "WITHOUT CONTRAST", False),
        ("", "NON-CONTRAST HEAD", False),
        ("", "NON CONTRAST", False),
        ("", "C- HEAD", False),
        ("", "UNENHANCED", False),
        ("", "NCCT", False),
        ("NONE", "HEAD", False),
        ("", "STD BRAIN 5MM", False),
        ("", "", False),
    ],
)
def test_contrast(agent, description, contrast):
    assert bool(names_contrast(agent, description)) == contrast


@pytest.mark.parametrize(
    ("kernel", "bone"),
    [
        ("H31s", False),
        ("J40s", False),
        ("Hr38h", False),
        ("H70h", True),
        ("Hr69h", True),
        ("B60f", True),
        ("BONE", True),
        ("BONEPLUS", True),
        ("EDGE", True),
        ("STANDARD", False),
        ("SOFT", False),
        ("STD+", False),
        ("UB", False),
        ("FC26", False),
        ("FC30", True),
        ("FC68", False),
        ("FC81", True),
    ],
)
def test_kernels(kernel, bone):
    assert is_bone_kernel(kernel, "") == bone


def test_the_description_speaks_where_the_kernel_does_not():
    assert is_bone_kernel("", "HEAD BONE 2MM")
    assert not is_bone_kernel("H31s", "HEAD AND BONE")


@pytest.mark.parametrize(
    ("part", "description", "head"),
    [
        ("HEAD", "", True),
        ("BRAIN", "", True),
        ("SKULL", "", True),
        ("CHEST", "", False),
        ("", "HEAD 5MM", True),
        ("", "0.625mm", None),
    ],
)
def test_body_part(part, description, head):
    assert names_head(part, description) is head
