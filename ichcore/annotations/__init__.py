"""What readers say of a series, and the durable store that never loses a stroke of it."""
