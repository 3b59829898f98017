"""Editing a label map: a tool looks at it and returns a reversible edit; nothing is written in place."""
