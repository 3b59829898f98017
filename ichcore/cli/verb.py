"""How a verb ends: exit codes and the one line that an error gets."""

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

import typer

from ichcore.errors import CancelledError, IchError

P = ParamSpec("P")

FAILED = 1
INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


def verb(function: Callable[P, None]) -> Callable[P, None]:
    """Let a verb end with 1 and one line for a clear error, 130 and silence for an interruption."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
            sys.stdout.flush()
        except (KeyboardInterrupt, CancelledError) as error:
            raise typer.Exit(INTERRUPTED) from error
        except IchError as error:
            raise _failed(str(error)) from error
        except BrokenPipeError as error:
            # the reader of a pipe has gone; what is still buffered goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(FAILED) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise _failed(f"{where}{error.strerror or error}.") from error
        except MemoryError as error:
            raise _failed(
                "There is not enough memory for this; close other programs and try again."
            ) from error

    return run


def _failed(sentence: str) -> typer.Exit:
    """Say one line on standard error; the caller raises what comes back."""
    typer.echo(f"ichcore: {' '.join(sentence.split())}", err=True)
    return typer.Exit(FAILED)
