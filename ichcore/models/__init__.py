"""Networks, their registry, and the checkpoints they are kept in; importing this package loads no torch."""
