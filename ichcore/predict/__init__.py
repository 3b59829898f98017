"""Predictions of a series: the value (numpy only) and, apart, the predictor that makes it."""
