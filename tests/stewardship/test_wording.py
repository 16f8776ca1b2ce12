"""Everything the screens say is there in both languages, and nothing is there that no screen says."""

import re
from pathlib import Path
from string import Formatter

import pytest

import stewardship
from stewardship.wording import WORDING, Language, WordingError, language_of, say

FOLDER = Path(stewardship.__file__).parent
SAID = re.compile(r"""\bt\(\s*["']([a-z0-9_]+)["']\s*[,)]""")
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_what_a_template_says_is_put_into_words(template: Path) -> None:
    said = set(SAID.findall(template.read_text(encoding="utf-8")))
    assert said <= WORDING.keys()


def test_both_languages_say_the_same_with_the_same_values() -> None:
    for key, (chinese, english) in WORDING.items():
        assert chinese.strip(), key
        assert english.strip(), key
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (chinese, english)]
        assert names[0] == names[1], key


def test_a_missing_key_is_an_error() -> None:
    with pytest.raises(WordingError, match="no_such_key"):
        say(Language.ENGLISH, "no_such_key")


@pytest.mark.parametrize(("text", "language"), [("en", "en"), ("zh", "zh"), ("xx", "zh"), (None, "zh"), ("", "zh")])
def test_an_unknown_language_is_chinese(text: str | None, language: str) -> None:
    assert language_of(text) == language
