"""Everything the screens say is there in both languages, and nothing is there that no screen says."""

import re
from pathlib import Path
from string import Formatter

import pytest

import stewardship
from stewardship.wording import WORDING, Language, WordingError, best_language, language_of, say

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


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr, en;q=0.7, zh-TW;q=0.3", "en"),
        ("EN", "en"),
        ("en;q=0, zh", "zh"),
        ("en;q=0", "zh"),
        ("de-CH", "zh"),
        ("*", "zh"),
        ("", "zh"),
        ("en;q=many,;;,", "zh"),
        ("eng,zh;q=0.1", "zh"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_likes_best(wanted: str, language: str) -> None:
    assert best_language(wanted) == language


@pytest.mark.parametrize(
    ("count", "english"),
    [
        (1, "customer X (1 record)"),
        ("1", "customer X (1 record)"),
        (0, "customer X (0 records)"),
        (1496, "customer X (1,496 records)"),
    ],
)
def test_a_noun_is_in_the_number_of_what_is_counted(count: object, english: str) -> None:
    assert say(Language.ENGLISH, "of_customer", customer="X", count=count) == english


def test_no_english_text_leaves_the_number_to_the_reader() -> None:
    assert not [key for key, (_, english) in WORDING.items() if "(s)" in english]
    counted = re.compile(r"\{count\} [a-z]+s\b")
    one_is_never_said = {"ask_contact", "stands_contact"}  # a number of one customer is nobody's question
    assert not [
        key for key, (_, english) in WORDING.items() if counted.search(english) and key not in one_is_never_said
    ]


def test_what_scripts_count_is_said_of_one_as_well() -> None:
    told = "".join(template.read_text(encoding="utf-8") for template in TEMPLATES)
    for name, key in re.findall(r"""data-([\w-]+)="\{\{ t\('(\w+)', (?:count|seconds)='\{\}'\) \}\}""", told):
        if "|" in WORDING[key][list(Language).index(Language.ENGLISH)]:
            assert f"data-{name}-one=\"{{{{ t('{key}', " in told, name
