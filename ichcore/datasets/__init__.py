"""Labelled sets: phantoms made for training, and (later) readers of public sets and of our own exports."""
