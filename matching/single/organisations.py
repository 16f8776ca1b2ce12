"""Names of organisations, one pair at a time."""

import re
from functools import cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from matching.fields import chains
from matching.fields import organisation_likeness as likeness
from matching.fields import organisation_patterns as patterns
from matching.fields.chains import CHAINS
from matching.fields.organisation_name import Agreement
from matching.fields.organisation_patterns import BRANCH, SHORTEST
from matching.fields.writing import simplified_characters
from matching.single.writing import CHINESE, HAN, PLAIN_TEXT, spelt
from matching.tables import listed

Parts = dict[str, object]

MARKS: Final = re.compile(r"[\s()\[\]·・.,;、，。\-_/'\"&]+")
BRACKETED: Final = re.compile("〔(.+?)〕")
OF_BRANCHES: Final = re.compile("[省市区县]|分行(.)")
OWNERS: Final = re.compile(patterns.OWNERS.replace(r"\p{Han}", f"[{HAN}]"))
ONLY_IN_LETTERS: Final = ("words", "distinctive", "trades", "numbers", "joined", "initials")
"""What `latin_organisation` tells besides."""
ENDS_IN_BRANCH: Final = re.compile(f"^{BRANCH}")
INSIDE: Final = re.compile(f"^.*(?:{CHAINS}){BRANCH}")
SHOP_APART: Final = re.compile(chains.SHOP_APART)
SHOP_OF_CHAIN: Final = re.compile(chains.SHOP_OF_CHAIN)
SHOP: Final = re.compile(chains.SHOP)
KIND_OF_PLACE: Final = re.compile("[省市区县]")
SEVERAL: Final = tuple(re.compile(pattern) for pattern in patterns.SEVERAL)
NUMBER: Final = re.compile(patterns.NUMBER)
BODY: Final = re.compile(likeness.BODY)
SHORTEST_PART: Final = 3
SHORTEST_SLIP: Final = 4
"""Characters of a core that is looked for in another name, and of one in which a slip is forgiven."""


class OrganisationParts(NamedTuple):
    """What of a cleaned name is compared."""

    value: str
    place: str | None
    brand: str | None
    core: str | None
    trade: str | None
    branch: str | None
    form: str | None
    number: str | None
    whole: str | None
    sound: str | None
    is_chinese: bool


def clean_organisation(text: str) -> Parts | None:
    """Give the parts of a name in common Chinese characters; None for names in letters alone and for nobody's."""
    if not PLAIN_TEXT.fullmatch(text) or not CHINESE.search(text):
        return None
    said = _without_marks("".join(simplified_characters().get(one, one) for one in text).upper())
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
    behind = bare.removeprefix(place or "")
    told = None
    if not _form_and_branch().match(behind):
        told = next(filter(None, (pattern.match(behind) for pattern in _at_the_end())), None)
    behind = behind.removesuffix(told[1]) if told else behind
    found = _form().match(behind)
    body, form, after = found.group("body", "form", "after") if found else (behind, None, None)
    at_end = told or (ENDS_IN_BRANCH.match(after) if after is not None else None) or INSIDE.match(body)
    at_end = at_end or next(filter(None, (pattern.match(body) for pattern in SEVERAL)), None)
    branch = shop or (at_end[1] if at_end else None)
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


def sounds_like_a_firm(text: str) -> bool | None:
    """Tell whether a name, plain as it stands, is a firm's or another body's; None for all others."""
    if not PLAIN_TEXT.fullmatch(text):
        return None
    text = "".join(simplified_characters().get(one, one) for one in text)
    if len(text) < SHORTEST:
        return False
    if _firm().search(text) is not None:
        return True
    return len(text) >= patterns.LONGER_THAN_PERSONS and _of_a_place().match(text) is not None


def _without_marks(text: str) -> str:
    """Give a name without what a stock exchange or a register adds to it."""
    for found, kept in _marked():
        text = found.sub(kept, text, count=1)
    return _without_department().sub(r"\1", OWNERS.sub("", text), count=1)


def _place_of(bare: str) -> str | None:
    """Give the places that a name begins with, unless what follows says nothing but what a firm does."""
    found = _placed().match(bare)
    place = found[1] if found else ""
    return place if place and not _says_only_what().match(bare.removeprefix(place)) else None


def compare_organisations(  # noqa: PLR0911, PLR0912 -- one return for each level
    one: OrganisationParts, other: OrganisationParts
) -> int | None:
    """Give the level of two Chinese names that differ; None for those in letters."""
    if not one.is_chinese or not other.is_chinese or one.core is None or other.core is None:
        return None
    if (one.branch is None) != (other.branch is None) and _whole(one) == _whole(other):
        return _place(Agreement.SAME_CORE)
    shops = {_is_that_shop(one, other), _is_that_shop(other, one)}
    if True in shops:
        return _place(Agreement.SAME_CORE)
    if _but_for_the_place(one, other) or _but_for_the_place(other, one):
        return _place(Agreement.SAME_CORE)
    elsewhere = _places_differ(one.place, other.place)
    same_brand = one.brand is not None and one.brand == other.brand
    left_out = _shop_left_out(one, other) or _shop_left_out(other, one)
    differs = not likeness.is_one_branch(one.branch or "", other.branch or "")
    other_branch = differs and not left_out
    other_number = one.number is not None and other.number is not None and one.number != other.number
    if same_brand and other_branch and (one.branch is None or other.branch is None):
        return _place(Agreement.BRANCH)
    if (
        (same_brand and other_branch)
        or False in shops
        or (other_number and not elsewhere and _unnumbered(one) == _unnumbered(other))
    ):
        return _place(Agreement.OTHER_BRANCH)
    if same_brand and (elsewhere or _trades_differ(one.trade, other.trade)):
        return _place(Agreement.SAME_BRAND)
    if one.core == other.core and not left_out:
        return _place(Agreement.SAME_CORE)
    if elsewhere or other_number:
        return _place(Agreement.DIFFERENT)
    if differs and one.branch is not None and other.branch is not None:
        return _place(Agreement.DIFFERENT)
    if same_brand or _is_short_for(one, other) or _contains(one.value, other.core) or _contains(other.value, one.core):
        return _place(Agreement.SHORT_FORM)
    if other_branch:
        return _place(Agreement.DIFFERENT)
    if one.sound is not None and one.sound == other.sound:
        return _place(Agreement.NEAR)
    sizes = sorted((len(one.core), len(other.core)))
    if sizes[1] < SHORTEST_SLIP or not _one_slip(one.core, other.core):
        return _place(Agreement.DIFFERENT)
    return _place(Agreement.NEAR) if sizes[0] >= SHORTEST_SLIP else None  # which of them comes first decides


def _shop_left_out(shop: OrganisationParts, other: OrganisationParts) -> bool:
    """Tell whether only the first tells which shop it is, and neither is a firm by its legal form."""
    if shop.branch is None or other.branch is not None or shop.form is not None or other.form is not None:
        return False
    return SHOP.search(shop.branch) is not None


def _is_that_shop(apart: OrganisationParts, joined: OrganisationParts) -> bool | None:
    """Tell whether the second, written without a mark, is the shop that the first names; None if it is no shop."""
    core, whole = apart.core or "", joined.core or ""
    is_shop = (apart.branch or "").endswith("店") and whole.endswith("店") and joined.branch is None
    if not is_shop or whole == core or not whole.startswith(core):
        return None
    return likeness.is_one_branch(whole.removeprefix(core), apart.branch or "")


def _but_for_the_place(long: OrganisationParts, short: OrganisationParts) -> bool:
    if long.whole is None or short.whole is None or min(len(long.whole), len(short.whole)) < likeness.SHORTEST_WHOLE:
        return False
    place = KIND_OF_PLACE.sub("", long.place or "")
    return long.whole.endswith(short.whole) and len(long.whole) - len(short.whole) <= len(place)


def _unnumbered(name: OrganisationParts) -> str:
    return (name.core or "").replace(name.number or "", "", 1)


def _is_short_for(one: OrganisationParts, other: OrganisationParts) -> bool:
    bodies = BODY.search(one.whole or "") and BODY.search(other.whole or "")
    return bool(bodies) and any(
        likeness.is_short_for(getattr(one, part) or "", getattr(other, theirs) or "") for part, theirs in likeness.SAID
    )


def _whole(name: OrganisationParts) -> str:
    return KIND_OF_PLACE.sub("", f"{name.core or ''}{name.branch or ''}")


def _trades_differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other and not likeness.is_one_trade(one, other)


def _places_differ(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    return one != other and not likeness.may_be_one_place(one, other)


def _contains(whole: str, core: str) -> bool:
    return len(core) >= SHORTEST_PART and core in whole


def _one_slip(one: str, other: str) -> bool:
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    return one[:2] == other[:2] and len(one) == len(other) and sorted(one) == sorted(other)


@cache
def _place(level: Agreement) -> int:
    return list(Agreement).index(level)


@cache
def _marked() -> tuple[tuple[re.Pattern[str], str], ...]:
    before, after = patterns.stock_marks()
    return (re.compile(f"^(?:{before})([{HAN}])"), r"\1"), (re.compile(f"([{HAN}])(?:{after})$"), r"\1")


@cache
def _eastern() -> tuple[tuple[re.Pattern[str], str], ...]:
    forms = (*patterns.TAIWANESE, *patterns.JAPANESE)
    return tuple((re.compile(pattern), re.sub(r"\$(\d)", r"\\\1", written)) for pattern, written in forms)


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
