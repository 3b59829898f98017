"""The exceptions that ichcore raises on purpose.

::

    IchError                     one sentence: what, found, expected, what to do
    ├── InputError               a path or file that cannot be used
    │   ├── NothingFoundError    no series where one was asked for
    │   └── RefusedError         too large, or leaves its folder: refused before harm is done
    ├── DecodeError              pixel data that cannot be turned into HU
    ├── GeometryError            a measurement that the series' geometry does not support
    ├── CheckpointError          a model that is missing, damaged or does not fit its card
    ├── StoreError               annotations that cannot be read or stored
    │   └── ConflictError        stored elsewhere in the meantime: reload, then do it again
    └── CancelledError           the user asked to stop
"""


class IchError(Exception):
    """Root of all deliberate errors; its message is one clear sentence for the user."""


class InputError(IchError):
    """A path or file that cannot be used."""


class NothingFoundError(InputError):
    """No series where one was asked for."""


class RefusedError(InputError):
    """Input refused before it can do harm: a huge declared size, a zip bomb, a path outside its folder."""


class DecodeError(IchError):
    """Pixel data that cannot be turned into HU."""


class GeometryError(IchError):
    """A measurement that the series' geometry does not support."""


class CheckpointError(IchError):
    """A checkpoint that is missing, damaged or does not fit its card."""


class StoreError(IchError):
    """Annotations that cannot be read or stored; what was stored before stays as it was."""


class ConflictError(StoreError):
    """The annotation was changed elsewhere in the meantime: reload it, then make the last edit again."""


class CancelledError(IchError):
    """The user asked to stop."""
