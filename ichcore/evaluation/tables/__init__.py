"""The papers' tables, filled with what was measured here; one file a paper."""
