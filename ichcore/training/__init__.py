"""Training from a readable recipe; importing this package loads no torch."""
