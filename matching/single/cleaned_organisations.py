"""Names of firms cleaned one at a time, and whether a name sounds like a firm's."""

import re
from functools import cache
from typing import Final

from matching.fields import bodies, chains, name_numbers
from matching.fields import organisation_likeness as likeness
from matching.fields import organisation_patterns as patterns
from matching.fields.chains import CHAINS
from matching.fields.organisation_patterns import BRANCH, SHORTEST
from matching.single.writing import CHINESE, HAN, PLAIN_TEXT, rules, simplified, spelt
from matching.tables import listed

Parts = dict[str, object]

DIGIT: Final = re.compile("[0-9]")
NUMBERED: Final = re.compile(name_numbers.NUMBERED)
MARKS: Final = re.compile(r"[\s()\[\]·・.,;、，。\-_/'\"&]+")
NUMBER: Final = re.compile(patterns.NUMBER)
BRACKETED: Final = re.compile("〔(.+?)〕")
OF_BRANCHES: Final = re.compile("[省市区县]|分行(.)")
OWNERS: Final = re.compile(patterns.OWNERS.replace(r"\p{Han}", f"[{HAN}]"))
WHO: Final = re.compile(patterns.WHO.replace(r"\p{Han}", f"[{HAN}]"))
NOBODY: Final = re.compile(patterns.NOBODY)
ONLY_IN_LETTERS: Final = ("words", "distinctive", "trades", "numbers", "joined", "initials")
"""What `latin_organisation` tells besides."""
ENDS_IN_BRANCH: Final = re.compile(patterns.BEHIND_FORM)
INSIDE: Final = re.compile(f"^.*(?:{CHAINS}){BRANCH}")
SHOP_APART: Final = re.compile(chains.SHOP_APART)
SHOP_OF_CHAIN: Final = re.compile(chains.SHOP_OF_CHAIN)
SHOP: Final = re.compile(chains.SHOP)
KIND_OF_PLACE: Final = re.compile("[省市区县]")
SEVERAL: Final = tuple(re.compile(pattern) for pattern in patterns.SEVERAL)


def clean_organisation(text: str) -> Parts | None:
    """Give the parts of a name in common Chinese characters; None for names in letters alone and for nobody's."""
    if not PLAIN_TEXT.fullmatch(text) or not CHINESE.search(text):
        return None
    said = _without_marks(simplified(text).upper())
    for pattern, written in _eastern():
        said = pattern.sub(written, said, count=1)
    said, shop = _shop_apart(said)
    if "(" in said:
        said = _place_in_brackets().sub(r"\1〔\2〕", said)
    whole = MARKS.sub("", said)
    shop = MARKS.sub("", shop)
    if not whole or whole in _no_names():
        return None
    bracketed, bare = BRACKETED.search(whole), _in_full(BRACKETED.sub("", whole, count=1))
    place = _place_of(bare)
    behind = _as_called(bare.removeprefix(place or ""))
    told = None
    if not _form_and_branch().match(behind):
        told = next(filter(None, (pattern.match(behind) for pattern in _at_the_end())), None)
    behind = behind.removesuffix(told[1]) if told else behind
    found = _form().match(behind)
    body, form, after = found.group("body", "form", "after") if found else (behind, None, None)
    at_end = told or (ENDS_IN_BRANCH.match(after) if after is not None else None) or INSIDE.match(body)
    at_end = at_end or next(filter(None, (pattern.match(body) for pattern in SEVERAL)), None) or _shop_of_trade(body)
    branch = shop or (next(filter(None, at_end.groups()), None) if at_end else None)
    core = body.removesuffix(branch) if branch else body
    named = _named_and_generic().match(core)
    brand = named[1] if named else core
    value = BRACKETED.sub(r"(\1)", whole, count=1) + (f"({shop})" if shop else "")
    place = bracketed[1] if place is None and bracketed else place
    part = OF_BRANCHES.sub(r"\1", branch) if branch else None
    numbered = NUMBER.search(core)
    return {
        "value": value,
        "place": place,
        "brand": brand,
        "form": form,
        "core": core,
        "trade": core.removeprefix(brand) or None,
        "branch": part,
        "number": (numbered[1] or numbered[2]) if numbered else None,
        "whole": KIND_OF_PLACE.sub("", place or "") + core + (part or ""),
        "pinyin": spelt(value),
        "sound": spelt(core).replace(" ", ""),
        **dict.fromkeys(ONLY_IN_LETTERS),
        "is_chinese": True,
    }


def _shop_apart(said: str) -> tuple[str, str]:
    """Give a name without the shop that stands apart, and that shop; nothing for one that the name's end tells too."""
    apart = SHOP_APART.match(said)
    if apart is None:
        return said, ""
    head, shop = apart[1], next(filter(None, apart.groups()[1:]))
    return (said, "") if SHOP_OF_CHAIN.match(head + shop) else (head, shop)


def _in_full(name: str) -> str:
    """Give the name of a bank or insurer that begins with a short form in full."""
    found = next(filter(None, (pattern.match(name) for pattern in _shortened())), None)
    return chains.chain_names()[found[1]] + name.removeprefix(found[1]) if found else name


def _shop_of_trade(body: str) -> re.Match[str] | None:
    """Find one shop of several behind what it sells."""
    found = _behind_trade().match(body)
    return None if found is None or _what_is_sold().search(found[1]) else found


def _as_called(behind: str) -> str:
    """Give a name, without the place before it, with its body as everybody calls it."""
    behind = _long_words().sub(lambda found: bodies.short_words()[found[0]], behind)
    for written, called in _called():
        behind = written.sub(called, behind, count=1)
    return behind


def sounds_like_a_firm(text: str) -> bool | None:
    """Tell whether a name, plain as it stands, is a firm's or another body's; None for all others."""
    if not PLAIN_TEXT.fullmatch(text):
        return None
    text = _without_number(simplified(text))
    if len(text) < SHORTEST:
        return False
    if _firm().search(text) is not None:
        return True
    return len(text) >= patterns.LONGER_THAN_PERSONS and _of_a_place().match(text) is not None


def _without_number(text: str) -> str:
    """Give a name without a telephone and the words around it."""
    return NUMBERED.sub(" ", text).strip() if DIGIT.search(text) else text


def _without_marks(text: str) -> str:
    """Give a name without what a stock exchange or a register adds to it."""
    text = _without_number(text)
    for found, kept in _marked():
        text = found.sub(kept, text, count=1)
    text = _owner_behind().sub(r"\1(\2)", OWNERS.sub("", text), count=1)
    who = WHO.match(text)
    if who and who[1] not in patterns.short_places() and not NOBODY.search(who[1]):
        text = text[: who.start(1) - 1]
    return _without_department().sub(r"\1", text, count=1)


def _place_of(bare: str) -> str | None:
    """Give the places that a name begins with, unless what follows says nothing but what a firm does."""
    found = _placed().match(bare)
    place = found[1] if found else ""
    return place if place and not _says_only_what().match(bare.removeprefix(place)) else None


@cache
def _marked() -> tuple[tuple[re.Pattern[str], str], ...]:
    before, after = patterns.stock_marks()
    return (re.compile(f"^(?:{before})([{HAN}])"), r"\1"), (re.compile(f"([{HAN}])(?:{after})$"), r"\1")


@cache
def _eastern() -> tuple[tuple[re.Pattern[str], str], ...]:
    forms = (*patterns.TAIWANESE, *patterns.JAPANESE, *patterns.cut_in_words(), *patterns.NUMBERED_SHOP)
    return rules(forms)


@cache
def _called() -> tuple[tuple[re.Pattern[str], str], ...]:
    return rules(bodies.CALLED)


@cache
def _long_words() -> re.Pattern[str]:
    return re.compile("|".join(bodies.short_words()))


@cache
def _behind_trade() -> re.Pattern[str]:
    return re.compile(patterns.shop_behind_trade())


@cache
def _what_is_sold() -> re.Pattern[str]:
    return re.compile(patterns.says_what_is_sold())


@cache
def _owner_behind() -> re.Pattern[str]:
    return re.compile(patterns.owner_behind())


@cache
def _without_department() -> re.Pattern[str]:
    return re.compile(patterns.without_department())


@cache
def _form_and_branch() -> re.Pattern[str]:
    return re.compile(patterns.form_and_branch())


@cache
def _at_the_end() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns.at_the_end())


@cache
def _shortened() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in chains.shortened())


@cache
def _place_in_brackets() -> re.Pattern[str]:
    return re.compile(rf"([{HAN}])\(({likeness.places()}|中国)\)")


@cache
def _placed() -> re.Pattern[str]:
    return re.compile(patterns.placed())


@cache
def _says_only_what() -> re.Pattern[str]:
    return re.compile(patterns.only_what())


@cache
def _form() -> re.Pattern[str]:
    return re.compile(patterns.form_pattern())


@cache
def _named_and_generic() -> re.Pattern[str]:
    return re.compile(patterns.named_and_generic())


@cache
def _firm() -> re.Pattern[str]:
    return re.compile(patterns.organisation_pattern())


@cache
def _of_a_place() -> re.Pattern[str]:
    return re.compile(patterns.of_a_place().replace(r"\p{Han}", f"[{HAN}]"))


@cache
def _no_names() -> frozenset[str]:
    return frozenset(word.upper() for word in listed("no_names", "text"))
