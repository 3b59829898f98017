"""Plots as small SVG files that stand alone, drawn without a plotting library."""
