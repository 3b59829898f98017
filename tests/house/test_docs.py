"""What the documents say is what the program does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("C*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def readme_command(name: str) -> str:
    """The code block that follows a command's mark; .ci/run runs the same text."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    match = re.search(rf"<!-- command: {name} -->\n```\w*\n(.*?)```", text, re.DOTALL)
    assert match is not None, f"README.md has no command marked {name!r}"
    return match.group(1).strip()


def test_readme_sets_up_and_ends_in_the_demo() -> None:
    command = readme_command("demo")
    assert "pip install -e '.[dev]'" in command
    assert command.endswith("ichviewer --demo")
    assert "\n" not in command


def test_readme_passes_all_tests_with_one_command() -> None:
    assert readme_command("tests") == ".venv/bin/python -m pytest"


def test_readme_names_programs_that_are_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"ichcore", "ichviewer"} == set(project["scripts"])
    assert "dev" in project["optional-dependencies"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    inside = [t for t in LINK.findall(text) if not t.startswith(("http:", "https:", "mailto:"))]
    missing = [target for target in inside if not (page.parent / target).exists()]
    assert not missing


def key_table() -> dict[str, str]:
    """Text of the keys column by action, from the table of the user guide."""
    text = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| `([a-z_.0-9]+)` \|$", text, re.MULTILINE)
    return {identifier: keys for keys, _, identifier in rows}


def test_the_key_table_is_the_program_s() -> None:
    """Regenerate it with ``python docs/key_table.py`` after a change to the actions."""
    from ichviewer.actions.table import ACTIONS

    table = key_table()
    assert set(table) == {spec.identifier for spec in ACTIONS}
    for spec in ACTIONS:
        for shortcut in spec.shortcuts:
            assert f"**{shortcut}**" in table[spec.identifier], spec.identifier


def test_documented_commands_exist() -> None:
    from ichcore.cli.app import app

    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^## `ichcore (\w+)", text, re.MULTILINE))
    assert documented == {command.name for command in app.registered_commands}
