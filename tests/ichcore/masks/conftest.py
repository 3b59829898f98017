"""Fixtures shared with the other parts that run a model."""

from tests.ichcore.tiny_model import tiny_folder, tiny_model

__all__ = ["tiny_folder", "tiny_model"]
