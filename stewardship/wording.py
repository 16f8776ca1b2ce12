"""What the desk says in Chinese and in English: one table, put together from `stewardship/phrases`."""

import re
from collections.abc import Callable
from enum import StrEnum
from string import Formatter
from types import MappingProxyType
from typing import Final

from matching.errors import CustomerHubError
from stewardship.phrases import Phrases
from stewardship.phrases.access import ACCESS
from stewardship.phrases.audit import AUDIT
from stewardship.phrases.judgements import JUDGEMENTS
from stewardship.phrases.notes import NOTES
from stewardship.phrases.overview import OVERVIEW
from stewardship.phrases.queue import QUEUE
from stewardship.phrases.repair import REPAIR


class Language(StrEnum):
    """The languages that every screen is in."""

    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def other(self) -> "Language":
        """The other one."""
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE


class WordingError(CustomerHubError):
    """A screen wants to say something that nobody has put into words, or that is put into words twice."""


def _merged(*tables: Phrases) -> Phrases:
    every: dict[str, tuple[str, str]] = {}
    for table in tables:
        twice = every.keys() & table.keys()
        if twice:
            message = f"wording: expected each key in one table, found {', '.join(sorted(twice))} in two; rename one"
            raise WordingError(message)
        every.update(table)
    return MappingProxyType(every)


WORDING: Final[Phrases] = _merged(ACCESS, AUDIT, QUEUE, JUDGEMENTS, REPAIR, NOTES, OVERVIEW)
"""Every key with its (Chinese, English) text.

`{name}` stands for a value given where it is said, `{count:record|records}` for a number and its noun.
"""


class _Counting(Formatter):
    """Puts values into texts: numbers with separators between thousands, nouns in the singular after one."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, parted, many = format_spec.partition("|")
        if format_spec and not parted:
            return format(value, format_spec)
        text = f"{value:,}" if isinstance(value, int) else f"{value}"
        return f"{text} {one if text == '1' else many}" if parted else text


_COUNTING: Final = _Counting()

Say = Callable[..., str]


def say(language: Language, key: str, **values: object) -> str:
    """Give what a key says in a language. Raises WordingError if nobody has put it into words."""
    if key not in WORDING:
        message = (
            f"wording: expected {key!r} in a table of stewardship/phrases, found it in none; add it in both languages"
        )
        raise WordingError(message)
    text = WORDING[key][list(Language).index(language)]
    return _COUNTING.vformat(text, (), values) if values else text


def spoken(language: Language) -> Say:
    """Give `say` in one language: the `t` of templates."""
    return lambda key, **values: say(language, key, **values)


_LIKED: Final = re.compile(r"(?:^|,)\s*([A-Za-z]{2,3})(?:-[\w-]*)?\s*(?:;\s*q=(1(?:\.0*)?|0(?:\.\d*)?))?\s*(?=,|$)")
"""One language of an Accept-Language header, without its region, and how much it is liked."""


def language_of(text: str | None) -> Language:
    """Give the language of a setting or cookie; Chinese where it says nothing we know."""
    return Language(text) if text in set(Language) else Language.CHINESE


def best_language(wanted: str) -> Language:
    """Give the language that a browser's Accept-Language likes best of those we have; Chinese where it names none.

    The header lists languages with how much each is liked, 1 where nothing is said: `en-GB,en;q=0.9,zh;q=0.8`.
    """
    liked = [
        (float(weight or 1), Language(code.lower()))
        for code, weight in _LIKED.findall(wanted)
        if code.lower() in set(Language)
    ]
    best = max((weight for weight, _ in liked), default=0.0)
    return next((language for weight, language in liked if weight == best > 0), Language.CHINESE)
