"""The strip under the image: every slice's six probabilities at a glance."""

from ichviewer.widgets.strip.probability_strip import ProbabilityStrip

__all__ = ["ProbabilityStrip"]
