"""Style sheets: every colour has a name, so that a dark screen has another one for it."""

import re
from pathlib import Path

import pytest

from stewardship.pages import HERE

SHEETS = sorted((HERE / "static").glob("*.css"))
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgb\(")
NAMED = re.compile(r"^\s+--[\w-]+: .*$", re.MULTILINE)
ON_COLOURED_BUTTONS = "rgb(255 255 255 / 60%)"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_colour_has_a_name(sheet: Path) -> None:
    on_screen = sheet.read_text(encoding="utf-8").partition("@media print")[0]
    assert COLOUR.findall(NAMED.sub("", on_screen).replace(ON_COLOURED_BUTTONS, "")) == []


def test_the_dark_screen_names_every_colour_of_the_light_one() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", (HERE / "static" / "hub.css").read_text(encoding="utf-8"), re.DOTALL)
    coloured = {name for name, value in re.findall(r"(--[\w-]+): (.*?);", light) if COLOUR.search(value)}
    named = set(re.findall(r"(--[\w-]+):", dark))
    assert coloured - named == {"--on-colour"}, "white stays white on a coloured button"
    assert named <= coloured
