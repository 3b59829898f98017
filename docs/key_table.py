"""Writes the mouse and key tables of the user guide from the program's own action table.

``python docs/key_table.py`` renews ``docs/user-guide.md`` in place; ``tests/house`` fails where it is stale.
"""

from __future__ import annotations

from pathlib import Path

from ichviewer.actions.table import ACTIONS, GROUPS, MOUSE

GUIDE = Path(__file__).resolve().parent / "user-guide.md"
BEGIN, END = "<!-- keys: begin (python docs/key_table.py) -->", "<!-- keys: end -->"


def tables() -> str:
    """The mouse table and one table a group of actions, as Markdown."""
    lines = ["### Mouse", "", "| mouse | what it does |", "|---|---|"]
    lines += [f"| {gesture} | {text} |" for gesture, text in MOUSE]
    for group in GROUPS:
        lines += ["", f"### {group}", "", "| keys | what it does | name |", "|---|---|---|"]
        for spec in ACTIONS:
            if spec.group == group:
                keys = ", ".join(f"**{key}**" for key in spec.shortcuts) or "–"
                tip = f"; {spec.tip}" if spec.tip else ""
                lines.append(f"| {keys} | {spec.text.rstrip('…')}{tip} | `{spec.identifier}` |")
    return "\n".join(lines)


def renewed(text: str) -> str:
    """The guide's text with its tables replaced.

    Raises:
        ValueError: if the guide has lost its marks.
    """
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    GUIDE.write_text(renewed(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
