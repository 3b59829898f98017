"""Starts the built viewer."""

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from ichviewer.__main__ import main

    sys.exit(main())
