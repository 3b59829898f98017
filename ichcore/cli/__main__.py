"""``python -m ichcore.cli``: the command line where its program is not on the path."""

from ichcore.cli.app import main

if __name__ == "__main__":
    main()
