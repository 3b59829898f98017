"""Figures for papers: what is on screen as panes with captions, scales, agreement and parameters."""
