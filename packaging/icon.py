"""Renders the icon's SVG to PNG in the sizes that desktops ask for: ``python packaging/icon.py [FOLDER]``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "ichviewer.svg"
SHIPPED_SIZE = 256


def render(size: int, target: Path) -> None:
    """Draw the SVG on a transparent ground of ``size`` × ``size`` pixels and save it as PNG."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    if not image.save(str(target)):
        raise OSError(f"{target} could not be written")


def main(arguments: list[str]) -> None:
    """Without a folder renew the PNG that ships; with one write every size into it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication(sys.argv[:1])
    if arguments:
        folder = Path(arguments[0])
        folder.mkdir(parents=True, exist_ok=True)
        for size in (16, 24, 32, 48, 64, 128, 256, 512):
            render(size, folder / f"ichviewer-{size}.png")
    else:
        render(SHIPPED_SIZE, SOURCE.with_suffix(".png"))
    application.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
