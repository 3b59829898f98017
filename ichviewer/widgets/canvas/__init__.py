"""The image area: slice views, overlays, measurements, corner text."""

from ichviewer.widgets.canvas.image_area import ImageArea

__all__ = ["ImageArea"]
