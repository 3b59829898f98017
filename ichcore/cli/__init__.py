"""The command line: one file a verb; torch is loaded only by the verbs that compute."""

from ichcore.cli.app import main

__all__ = ["main"]
