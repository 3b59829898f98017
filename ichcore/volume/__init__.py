"""What a series becomes: a Volume of HU on its own geometry, seen through windows."""

from ichcore.volume.geometry import Geometry
from ichcore.volume.passport import Finding
from ichcore.volume.volume import SeriesIdentity, Volume
from ichcore.volume.window import PRESETS, Transfer, Window

__all__ = ["PRESETS", "Finding", "Geometry", "SeriesIdentity", "Transfer", "Volume", "Window"]
