"""One export at a time into a folder; the others wait their turn."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ichcore.progress import CancelToken

LOCK = ".export.lock"
_PAUSE_S = 0.05
_TAKEN = frozenset((errno.EACCES, errno.EAGAIN, errno.EDEADLK))


@contextmanager
def alone_in(folder: Path, cancel: CancelToken | None = None) -> Iterator[None]:
    """Hold a folder while the block runs; a new one goes again where the block fails and leaves it empty.

    The lock is the operating system's, on a file in the folder, so it ends with the process that holds it.
    Where the file system has no locks (some network drives), the block runs without.

    Args:
        folder: made where it is not there.
        cancel: asked while another process or thread has it.

    Raises:
        OSError: if the folder cannot be written.
        CancelledError: if asked to stop while waiting.
    """
    made = not folder.exists()
    descriptor = _held(folder, cancel)
    try:
        yield
    except BaseException:
        _let_go(folder, descriptor)
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise
    _let_go(folder, descriptor)


def _held(folder: Path, cancel: CancelToken | None) -> int:
    """A descriptor of the lock's file that nobody else holds."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            continue  # who had made the folder has just taken it away
        try:
            _wait(descriptor, cancel)
            if _is_still(folder / LOCK, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the file of the one before, who removed it


def _wait(descriptor: int, cancel: CancelToken | None) -> None:
    while True:
        try:
            _lock(descriptor)
        except OSError as error:
            if error.errno not in _TAKEN:
                return  # no locks here
        else:
            return
        if cancel is not None:
            cancel.raise_if_cancelled()
        time.sleep(_PAUSE_S)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _let_go(folder: Path, descriptor: int) -> None:
    """Remove the file while it is held, so that nobody takes one that goes; Windows keeps an open file."""
    with suppress(OSError):
        (folder / LOCK).unlink()
    os.close(descriptor)
    if sys.platform == "win32":
        with suppress(OSError):
            (folder / LOCK).unlink()
