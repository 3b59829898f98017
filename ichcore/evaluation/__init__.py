"""How good a model is, and how much of it a shortcut would reach; importing this package loads no torch."""
