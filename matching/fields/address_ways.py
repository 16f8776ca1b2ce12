"""Parts of a Chinese address that are written in several ways, brought to one: 第三村民小组 and 3组, 5幢2-7-4."""

from functools import cache
from typing import Final

import polars as pl

from matching.fields.divisions import cities, districts, provinces
from matching.fields.sparing import where_told

LANDMARKS: Final = "斜?对面|附近|旁边?|隔壁|对过|东侧|西侧|南侧|北侧"
"""What stands behind something else that the house is near."""

WAYS: Final = (
    (r"(村|社区|嘎查)(?:[村居牧]?民)?委(?:员会|会)", "$1"),
    (r"第?([0-9]+)(?:[村居牧]民)?小组", "${1}组"),
    (r"(?:兵团)?第?([0-9]+)团", "${1}团"),
    (r"第([0-9]+)(组|队|社|连|委|分场|作业区|经营所|生产队)", "$1$2"),
    (r"([0-9]+)楼([0-9]+单元)", "${1}号楼$2"),
    (r"(号楼|栋|幢|座|#)([0-9]{1,2})-([0-9]{1,2}-[0-9]{1,2}|[0-9]{3,4})(号|室|$)", "$1${2}单元$3$4"),
    (r"单元([0-9]{1,2})-([0-9])(?:号|室|$)", "单元${1}0${2}室"),
    (r"单元([0-9]{1,2})-([0-9]{2})(?:号|室|$)", "单元$1${2}室"),
    (r"弄([0-9]+)(?:号楼|栋|幢)", "弄${1}号"),
    (r"弄([0-9]+)-([0-9]{2,5})(?:室|$)", "弄${1}号${2}室"),
    (r"弄(\p{Han}{2,12})([0-9]+)号([0-9]{2,5}(?:室|$))", "弄${2}号$1$3"),
    (rf"([0-9][号室户房]?)\p{{Han}}{{2,10}}(?:{LANDMARKS})$", "$1"),
)
"""Below the district, in this order: committees of villages, groups, the Corps' regiments, buildings by a number and
楼, unit and room by numbers alone (7-4 is the fourth door on the seventh floor), lanes of Shanghai, landmarks."""

WRITTEN_SO: Final = (
    rf"委会|委员会|小组|第[0-9]|[0-9]团|[0-9]楼[0-9]|(?:元|楼|栋|幢|座|#|弄)[0-9]|弄\p{{Han}}|(?:{LANDMARKS})$"
)
"""What addresses hold in which something may be written in another of these ways."""


def in_one_way(text: pl.Expr) -> pl.Expr:
    """Give what is below the district with these parts written in one way."""
    return pl.coalesce(where_told(pl.when(text.str.contains(WRITTEN_SO)).then(text), _rewritten), text)


def _rewritten(text: pl.Expr) -> pl.Expr:
    for pattern, written in WAYS:
        text = text.str.replace(pattern, written)
    return text


@cache
def _turned() -> str:
    """Give the pattern of an estate or landmark, the first group, before the address it is at."""
    begins = sorted({*provinces(), *cities(), *districts()}, key=lambda name: (-len(name), name))
    return rf"^(\p{{Han}}[^,;]{{1,14}})[,;] ?((?:{'|'.join(begins)})\p{{Han}}.*)$"


def place_first(text: pl.Expr) -> pl.Expr:
    """Give addresses with what stands before the place, and a comma, behind: 阳光花园，南昌市东湖区八一路8号."""
    return pl.coalesce(where_told(pl.when(text.str.contains("[,;]")).then(text), _with_place_first), text)


def _with_place_first(text: pl.Expr) -> pl.Expr:
    return text.str.replace(_turned(), "$2$1")
