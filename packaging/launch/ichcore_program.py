"""Starts the built command line."""

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from ichcore.cli import main

    sys.exit(main())
