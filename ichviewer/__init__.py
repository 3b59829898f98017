"""The desktop viewer over :mod:`ichcore`."""
