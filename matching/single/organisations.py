"""Names of organisations, one pair at a time."""

import re
from functools import cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from matching.fields.organisation_name import Agreement

KIND_OF_PLACE: Final = re.compile("[省市区县]")
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
    sound: str | None
    is_chinese: bool


def compare_organisations(  # noqa: PLR0911 -- one return for each level
    one: OrganisationParts, other: OrganisationParts
) -> int | None:
    """Give the level of two Chinese names that differ; None for those in letters."""
    if not one.is_chinese or not other.is_chinese or one.core is None or other.core is None:
        return None
    same_brand = one.brand is not None and one.brand == other.brand
    other_branch = _branches_differ(one.branch or "", other.branch or "")
    if same_brand and other_branch:
        return _place(Agreement.OTHER_BRANCH)
    elsewhere = _places_differ(one.place, other.place)
    if same_brand and (elsewhere or (None not in {one.trade, other.trade} and one.trade != other.trade)):
        return _place(Agreement.SAME_BRAND)
    if one.core == other.core:
        return _place(Agreement.SAME_CORE)
    if elsewhere:
        return _place(Agreement.DIFFERENT)
    if same_brand or _contains(one.value, other.core) or _contains(other.value, one.core):
        return _place(Agreement.SHORT_FORM)
    if other_branch:
        return _place(Agreement.DIFFERENT)
    if one.sound is not None and one.sound == other.sound:
        return _place(Agreement.NEAR)
    sizes = sorted((len(one.core), len(other.core)))
    if sizes[1] < SHORTEST_SLIP or not _one_slip(one.core, other.core):
        return _place(Agreement.DIFFERENT)
    return _place(Agreement.NEAR) if sizes[0] >= SHORTEST_SLIP else None  # which of them comes first decides


def _branches_differ(one: str, other: str) -> bool:
    within = one.endswith(other) or other.endswith(one)
    return not (within and (not one) == (not other))


def _places_differ(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    left, right = KIND_OF_PLACE.sub("", one), KIND_OF_PLACE.sub("", other)
    return left not in right and right not in left


def _contains(whole: str, core: str) -> bool:
    return len(core) >= SHORTEST_PART and core in whole


def _one_slip(one: str, other: str) -> bool:
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    return one[:2] == other[:2] and len(one) == len(other) and sorted(one) == sorted(other)


@cache
def _place(level: Agreement) -> int:
    return list(Agreement).index(level)
