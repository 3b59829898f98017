"""pydicom where it is needed: its warnings kept from the terminal, what it raises on damage as one error."""

from __future__ import annotations

import logging
import struct
import threading
import warnings
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = threading.RLock()


class PydicomError(InputError):
    """pydicom cannot read a file; the sentence is the first line of what it says.

    Attributes:
        kind: name of the exception that it raised.
    """

    def __init__(self, error: Exception) -> None:
        self.kind = type(error).__name__
        super().__init__((str(error).strip() or self.kind).splitlines()[0])


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Silence pydicom inside the block, and let it raise :class:`PydicomError` alone.

    ``warnings.catch_warnings`` changes global state, so blocks take turns; they are short (a header, or
    one odd slice) and off the fast path. Files are read before the block: what the disk says is no damage.

    Raises:
        PydicomError: if pydicom, or what walks over its datasets, meets something that should not be there.
    """
    logger = logging.getLogger("pydicom")
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        level = logger.level
        logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        except _damage() as error:
            raise PydicomError(error) from error
        finally:
            logger.setLevel(level)


def _damage() -> tuple[type[Exception], ...]:
    """What pydicom and its decoders raise on damaged or strange files.

    There is none of its own for that: lengths that do not fit, values that are no numbers, elements that are
    missing, sequences nested without end and codecs that give up each surface as the built-in below them.
    """
    from pydicom.errors import BytesLengthException, InvalidDicomError

    return (
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
        struct.error,
        zlib.error,
        BytesLengthException,
        InvalidDicomError,
    )
