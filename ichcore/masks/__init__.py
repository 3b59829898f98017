"""Masks and boxes from activation, on the slice's own grid."""
