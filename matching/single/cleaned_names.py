"""Names of persons cleaned one at a time: Chinese ones with their titles, those of other tongues, plain letters."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from matching.fields.chinese_name import NOT_SAID, SHORT, Form
from matching.fields.latin_name import ARTICLE, ENDINGS, PATRONYMIC
from matching.fields.name_remarks import LONG_ENOUGH, LOST_DOT, REMARKS, UNKNOWN, WRAPPED, around, of_a_relative
from matching.fields.person_name import IN_LETTERS_BUT, LONGEST
from matching.fields.pinyin import BLURRED, syllables
from matching.fields.titles import GENERATION, GENERATIONS, before_names, behind_names
from matching.fields.transliterated import DOT, SPELLINGS, standing_for
from matching.single.writing import CHINESE, HAN, PLAIN_TEXT, readings, simplified, spelt
from matching.tables import listed, table

Parts = dict[str, object]


def _python(pattern: str) -> str:
    """Give a pattern of columns for texts whose only letters are those of ASCII and Chinese characters."""
    return pattern.replace(r"[\p{Latin}\p{M}", "[A-Za-z").replace(r"\p{Latin}", "[A-Za-z]").replace(r"\p{L}", "[a-z]")


def _written(replacement: str) -> str:
    return replacement.replace("$1", r"\1").replace("$2", r"\2")


BARE_NAME: Final = re.compile(f"[{HAN}]+")
NOT_CHINESE: Final = re.compile(f"[^{HAN}]")
NO_PART_OF_NAMES: Final = re.compile(f"[^{HAN}{DOT}{UNKNOWN}]")
LOST_DOTS: Final = tuple(map(re.compile, LOST_DOT))
REMARKED: Final = ((re.compile(WRAPPED), r"\1"), *((re.compile(found), _written(said)) for found, said in REMARKS))
HEARD: Final = tuple((re.compile(pattern), _written(new)) for pattern, new in BLURRED)
LETTERS_BUT: Final = re.compile(_python(IN_LETTERS_BUT))

LETTERS: Final = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
JOINED: Final = re.compile(r"(?i:abd)| [AE]l[A-Z]")
"""What in a name in letters is taken apart or put together by rules that are left to the field."""
ARTICLES: Final = re.compile(_python(ARTICLE))
SON_OF: Final = re.compile(_python(PATRONYMIC))
LINE: Final = re.compile(GENERATION)

LONGEST_SYLLABLE: Final = 6

KEYS: Final[Mapping[str, Callable[[Mapping[str, Any]], str | None]]] = {
    "sound": lambda parts: parts["sound"],
    "surname": lambda parts: parts["surname"],
}


def clean_name(text: str) -> Parts | None:
    """Give the parts of a name in common Chinese characters, or in plain letters with blanks between the words.

    None for what is nobody's name, for characters that have no reading, and for other letters and marks.
    """
    if len(text) > LONGEST or not PLAIN_TEXT.fullmatch(text):
        return None
    if CHINESE.search(text) is None:
        return _in_letters(text)
    remarked = LETTERS_BUT.match(text)
    return _chinese(text) if remarked is None else _in_letters(remarked[1])


def _chinese(text: str) -> Parts | None:
    text = _without_remarks(simplified(text))
    value, gender = _without_title(_without_words_around(text.replace(NOT_SAID, UNKNOWN)))
    if UNKNOWN in value:
        for found in LOST_DOTS:
            value = found.sub(rf"\1{DOT}\2", value)
    chinese = NOT_CHINESE.sub("", value)
    if not chinese or value in _no_names() or not readings().keys() >= set(chinese):
        return None
    compound = _compound(value)
    head = compound or value[0]
    form = _form(value, compound)
    surname = head if form in WITH_SURNAME and head != UNKNOWN else None
    given = value if form in ALL_GIVEN else value[len(head) :]
    pinyin, turned = None, None
    if form is not Form.MASKED:
        first = read_surname(head) if surname else ""
        last = spelt(given.replace(UNKNOWN, "").replace(DOT, ""))
        pinyin = f"{first} {last}".strip()
        turned = f"{last}{first}".replace(" ", "") if surname else None
    has_parts = form is Form.FOREIGN and DOT in value
    return {
        "value": value,
        "surname": value.rpartition(DOT)[2] if has_parts else surname,
        "given": value.partition(DOT)[0] if has_parts else None if form is Form.SURNAME_ONLY else given,
        "form": form.value,
        "gender": gender,
        "pinyin": pinyin,
        "reading": None if pinyin is None else pinyin.replace(" ", ""),
        "turned": turned,
        "sound": None if pinyin is None else heard(pinyin),
        **_spellings(value, is_transliterated=form is Form.FOREIGN or _is_long(value, form, surname)),
        "words": None,
        "generation": None,
        "is_chinese": True,
        "in_other_script": False,
        "syllables": None,
    }


WITH_SURNAME: Final = frozenset({Form.FULL, Form.SURNAME_ONLY, Form.MASKED})
ALL_GIVEN: Final = frozenset({Form.FOREIGN, Form.GIVEN_ONLY})


def _without_remarks(text: str) -> str:
    """Give a name without what does not belong to it, as `chinese_name` does."""
    if BARE_NAME.fullmatch(text):
        return text
    for found, written in REMARKED:
        text = found.sub(written, text)
    return NO_PART_OF_NAMES.sub("", text).strip(DOT)


def _without_words_around(text: str) -> str:
    """Give a long name without the words around it; nothing is left of what tells whose relative somebody is."""
    if len(text) < LONG_ENOUGH:
        return text
    for found, written in _around():
        text = found.sub(written, text)
    return "" if _of_a_relative().search(text) else text


@cache
def _around() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(found), _written(said)) for found, said in around())


@cache
def _of_a_relative() -> re.Pattern[str]:
    return re.compile(of_a_relative())


def _without_title(text: str) -> tuple[str, str | None]:
    """Give a name without the title behind or the familiar word before it, and the gender that a title tells."""
    title = next((each for each in _titles() if text.endswith(each)), None)
    bare = text.removesuffix(title or "")
    if _is_familiar(text):
        title = title or text[len(_compound(text) or text[0]) :]
    if _is_familiar(bare):
        bare = bare[: len(_compound(bare) or bare[0])]
    bare = bare.strip(DOT)
    if title is None and len(bare) == 2 and bare[0] in _familiar() and CHINESE.match(bare[1]):
        bare = bare[1]
    return bare, _genders().get(title or "")


def _is_familiar(text: str) -> bool:
    """Tell whether a text is a surname with what friends and staff say behind it: 张总, 李姐."""
    behind = {text[1:], text.removeprefix(_compound(text) or text)}
    return bool(behind & _after_surnames()) and CHINESE.match(text) is not None


def _compound(text: str) -> str | None:
    """Give the two-part surname that a text begins with."""
    return next((each for each in _compound_surnames() if text.startswith(each)), None)


def _form(value: str, compound: str | None) -> Form:
    """Give how much of a name is there."""
    alone, hidden = len(value) == 1 or value == compound, UNKNOWN in value
    if DOT in value or (len(value) > SHORT and compound is None):
        return Form.FOREIGN
    if alone and (compound is not None or value in _single_surnames()):
        return Form.SURNAME_ONLY
    if alone or (len(value) == 2 and not hidden and compound is None and value[0] not in _single_surnames()):
        return Form.GIVEN_ONLY
    return Form.MASKED if hidden else Form.FULL


def _is_long(value: str, form: Form, surname: str | None) -> bool:
    return form is Form.FULL and len(value) >= SHORT and len(surname or "") == 1


def _spellings(value: str, *, is_transliterated: bool) -> Parts:
    """Give the letters of a name of another tongue, as `transliterated.spellings` does."""
    if not is_transliterated:
        return dict.fromkeys(SPELLINGS)
    *first, last = value.split(DOT)
    parts = (value, "".join((last, *first)), first[0], last) if first else (value, None, None, None)
    return dict(zip(SPELLINGS, (None if part is None else _letters_of(part) for part in parts), strict=True))


def _letters_of(name: str) -> str:
    known = standing_for()
    return heard(spelt("".join(known.get(one, one) for one in name if one != DOT)))


def _in_letters(text: str) -> Parts | None:
    """Give the parts of a name in letters, as `latin_name.clean` does."""
    if not LETTERS.fullmatch(text) or JOINED.search(text):
        return None
    letters = ARTICLES.sub(r" \1", text.lower())
    letters = letters if is_pinyin(letters) else SON_OF.sub(r" \1", letters)
    line = LINE.search(letters)
    generation = None if line is None else GENERATIONS[line[1]]
    bare = _behind().sub("", _before().sub("", letters)) or letters
    value = bare + ENDINGS.get(generation or "", "")
    if value in _no_names():
        return None
    words = bare.split(" ")
    return {
        "value": value,
        "surname": words[-1],
        "given": words[0],
        **dict.fromkeys(("form", "gender", "pinyin", "sound", *SPELLINGS)),
        "reading": "".join(words),
        "turned": "".join((words[-1], *words[:-1])),
        "words": words,
        "generation": generation,
        "is_chinese": False,
        "in_other_script": False,
        "syllables": None,
    }


def read_surname(surname: str) -> str:
    """Give how a surname is read; one outside the table as any text."""
    return _surname_readings().get(surname) or spelt(surname)


def heard(pinyin: str) -> str:
    """Give syllables as an inattentive ear hears them, without blanks."""
    for pattern, new in HEARD:
        pinyin = pattern.sub(new, pinyin)
    return pinyin.replace(" ", "")


def is_pinyin(text: str) -> bool:
    """Tell whether small letters are made of Chinese syllables: the same as the pattern `scripts.pinyin_name`.

    As a pattern it would try every way of parting `xianxianxian…`, of which there are two for each `xian`.
    """
    return all(map(_is_of_syllables, text.split(" ")))


def _is_of_syllables(word: str) -> bool:
    known, ends = syllables(), {0}
    for start in range(len(word)):
        if start in ends:
            ends |= {end for end in range(start + 1, start + 1 + LONGEST_SYLLABLE) if word[start:end] in known}
    return bool(word) and len(word) in ends


@cache
def _before() -> re.Pattern[str]:
    return re.compile(before_names())


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(behind_names())


@cache
def _single_surnames() -> frozenset[str]:
    return frozenset(listed("surnames", "surname", form="single"))


@cache
def _compound_surnames() -> tuple[str, ...]:
    return _longest_first(listed("surnames", "surname", form="compound"))


@cache
def _surname_readings() -> dict[str, str | None]:
    known = table("surnames")
    return dict(zip(known["surname"].to_list(), known["reading"].to_list(), strict=True))


@cache
def _no_names() -> frozenset[str]:
    return frozenset(listed("no_names", "text"))


@cache
def _titles() -> tuple[str, ...]:
    return _longest_first(listed("honorifics", "title", place="after"))


@cache
def _familiar() -> frozenset[str]:
    return frozenset(listed("honorifics", "title", place="before"))


@cache
def _after_surnames() -> frozenset[str]:
    return frozenset(listed("honorifics", "title", place="after_surname"))


@cache
def _genders() -> dict[str, str | None]:
    known = table("honorifics")
    return dict(zip(known["title"].to_list(), known["gender"].to_list(), strict=True))


def _longest_first(texts: list[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))
