"""Folders of 8-bit pictures as series without HU."""

from ichcore.pictures.series import PictureSeries, find_pictures, is_picture_name

__all__ = ["PictureSeries", "find_pictures", "is_picture_name"]
