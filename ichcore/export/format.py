"""What every export format can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.export.material import Material


class Format(Protocol):
    """One format; registered by its name in :mod:`ichcore.export.formats`.

    Attributes:
        name: as on the command line, such as ``seg``.
    """

    name: str

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Write into a folder that exists and is this format's own.

        Returns:
            The files written.

        Raises:
            IchError: if the format cannot hold the material; nothing is written then.
            OSError: if the folder cannot be written.
        """

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Read what was written back, by another library than wrote it where there is one, and compare.

        Returns:
            A sentence for each difference in values, geometry, names or codes; none where all agree.

        Raises:
            IchError: if the folder cannot be read.
        """
