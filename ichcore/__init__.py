"""The engine: head CT series in, predictions, heat maps and masks out. Knows nothing of Qt."""

__version__ = "0.1.0"
