"""Annotations as files that anyone's tools read, each read back and compared before it counts as saved."""
