"""Names of firms, one against the other."""

import re
from functools import cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from matching.fields import organisation_likeness as likeness
from matching.fields.bodies import LEVEL as OF_LEVEL
from matching.fields.chains import LOOKED_AFTER
from matching.fields.organisation_name import Agreement
from matching.single.cleaned_organisations import KIND_OF_PLACE, SHOP

BODY: Final = re.compile(likeness.BODY)
LEVEL: Final = re.compile(OF_LEVEL)
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
    elsewhere = _places_differ(one.place, other.place) or _levels_differ(one, other)
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
    one_branch = not differs and one.branch is not None and other.branch is not None
    if (one.core == other.core and not left_out) or (same_brand and one_branch):
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
    if LOOKED_AFTER in (shop.core or "") or LOOKED_AFTER in (other.core or ""):
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
    if not bodies:
        return False
    said = ((getattr(one, part) or "", getattr(other, theirs) or "") for part, theirs in likeness.SAID)
    return any(likeness.is_short_for(*both) for both in said) or likeness.is_one_office(
        one.core or "", other.core or ""
    )


def _whole(name: OrganisationParts) -> str:
    return KIND_OF_PLACE.sub("", f"{name.core or ''}{name.branch or ''}")


def _trades_differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other and not likeness.is_one_trade(one, other)


def _places_differ(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    return one != other and not likeness.may_be_one_place(one, other)


def _levels_differ(one: OrganisationParts, other: OrganisationParts) -> bool:
    if one.place is None or other.place is None or one.place == other.place or LEVEL.search(one.core or "") is None:
        return False
    return likeness.are_two_levels(one.place, other.place)


def _contains(whole: str, core: str) -> bool:
    return len(core) >= SHORTEST_PART and core in whole


def _one_slip(one: str, other: str) -> bool:
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    return one[:2] == other[:2] and len(one) == len(other) and sorted(one) == sorted(other)


@cache
def _place(level: Agreement) -> int:
    return list(Agreement).index(level)
