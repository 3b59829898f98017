"""Labelled sets: phantoms made for training, and readers of public sets, all giving the same cases."""
