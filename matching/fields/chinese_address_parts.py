"""Chinese addresses taken apart: province, city, district, town, village, road, number, estate, building, unit, room.

An address is read from its beginning; each step takes one part off. What no step understands (a shop, a landmark)
stays in `rest`.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from matching.fields.address_ways import NAMES, as_in_china, in_digits, in_one_way, spelled, without_postcode
from matching.fields.base import VALUE
from matching.fields.dividing import divided
from matching.fields.divisions import places
from matching.fields.latin import named
from matching.fields.writing import HAN
from matching.tables import listed

DIVISIONS: Final = ("province", "city", "district")


@dataclass(frozen=True)
class Step:
    """Take a part off the front of an address.

    `pattern` has each part in a group of its name and the text behind in `rest`; it is tried only on addresses that
    hold what it `needs`.
    """

    part: str
    says: str
    needs: str
    pattern: str


ESTATE_ENDINGS: Final = (
    "小区|花园|花苑|公寓|大厦|广场|家园|新村|名邸|新城|名城|名苑|华庭|华府|豪庭|雅苑|佳苑|嘉园|公馆|山庄|别墅|庄园|国际|中心|商城|"
    "商厦|宿舍|大楼|苑|园|庭|府|邸|居|轩|郡|里|坊|城|湾|庄|寓"
)
"""How the names of housing estates and buildings end."""

INSIDE: Final = (
    r"(?:(?P<unit>[0-9]+|[A-Z])(?:单元|门))?(?:(?P<floor>[0-9]+)(?:层|楼))?"
    r"(?:(?P<room>[0-9]{1,5}[A-Z]?)(?:室|号房|房|号|户|$))?(?P<rest>$|[^楼].*)$"
)
"""What follows a building's number."""

IN_A_VILLAGE: Final = r"[0-9]+(?:-[0-9]{1,2})?(?:$|[号组队社](?:$|[^楼].*)|[^0-9号组队社栋幢座楼单#-].*)"
"""What follows a village: a number that is not a building's, as it is behind an estate's name (紫藤新村12幢)."""

STEPS: Final = (
    Step(
        "zone",
        "development zone",
        "区",
        r"^(?P<zone>[\p{Han}]{0,8}?(?:开发区|高新区|工业园区|产业园区|管理区|度假区|保税区|新区))(?P<rest>.*)$",
    ),
    Step(
        "town",
        "town or subdistrict",
        "街道|镇|乡|苏木|农场|林场|牧场|林业局",
        r"^(?P<town>\p{Han}{1,7}?(?:街道|镇|乡|苏木|农场|林场|牧场|林业局))(?:办事处|办)?(?P<rest>$|[^路街大道巷].*)$",
    ),
    Step(
        "town2",
        "a second town",
        "街道|镇|乡",
        r"^(?P<town2>\p{Han}{1,7}?(?:街道|镇|乡))(?:办事处|办)?(?P<rest>$|[^路街大道巷].*)$",
    ),
    Step(
        "numbered village",
        "regiment of the Corps with company or village, residents' committee or part of a farm that has a number",
        "[0-9](?:团|连|委|分场|作业区|经营所|生产队)",
        rf"^(?P<village>[0-9]+团(?:[0-9]+连|\p{{Han}}{{1,8}}?(?:社区|村))?|[0-9]+(?:连|委|分场|作业区|经营所|生产队))(?P<rest>$|[^{NAMES}].*)$",
    ),
    Step(
        "village",
        "village or community",
        "社区|委会|村|嘎查",
        rf"^(?P<village>[\p{{Han}}]{{1,8}}?(?:社区|村委会|居委会|村民委员会|村|嘎查))(?P<rest>$|[^路街大道巷0-9A-Za-z委].*|{IN_A_VILLAGE})$",
    ),
    Step("group", "village group", "组|队|社", r"^(?P<group>(?:[0-9]+|\p{Han}{1,4}?)(?:组|队|社))(?P<rest>$|[^区].*)$"),
    Step(
        "hamlet",
        "hamlet of a village",
        "[屯寨村](?:$|[0-9])",
        r"^(?P<group>\p{Han}{1,5}?(?:屯|寨|自然村))(?P<rest>$|[0-9].*)$",
    ),
    Step(
        "road towards",
        "road with the side of it before the number (农业路东41号)",
        "[路街道][东南西北][0-9]",
        r"^(?P<road>[\p{Han}0-9]{1,9}?(?:大道|大街|路|街|道)[东南西北])(?P<rest>[0-9].*)$",
    ),
    Step(
        "road",
        "road",
        "大道|大街|公路|胡同|路|街|巷|弄|道|线",
        r"^(?P<road>[\p{Han}0-9]{1,9}?(?:大道|大街|公路|胡同|路|街|巷|弄|道|线|里弄)(?:[东南西北中][0-9]+[巷弄里条]|[东南西北中]?[一二三四五六七八九十0-9]+(?:巷|弄|支路|支弄|段|条|街|路)|[东南西北中]段)?(?:[0-9]+支弄)?)(?P<rest>$|[^口旁边].*)$",
    ),
    Step("block", "numbered block of a village", "坊", r"^(?P<road>[0-9]{1,3}坊)(?P<rest>.*)$"),
    Step("lane", "lane", "弄|巷|里", r"^(?P<lane>[0-9]+)(?:弄|巷|里)(?P<rest>.*)$"),
    Step(
        "number",
        "number on the road",
        "[0-9]",
        r"^(?P<number>[0-9]+(?:[-之][0-9]+)?[A-Za-z]?)(?:号院|号(?:之)?|(?:$))(?P<rest>$|[^楼].*)$",
    ),
    Step(
        "inside",
        "estate, building, unit, floor, room",
        "号楼|栋|幢|座|#",
        rf"^(?P<estate>[^0-9]{{0,20}}?|.{{2,20}}?[^0-9-])(?P<building>[0-9]+|[A-Z][0-9]*|[甲乙丙丁])(?:号楼|栋|幢|座|#楼|#)-?{INSIDE}",
    ),
    Step(
        "numbered",
        "building-unit-room",
        "-",
        r"^(?P<estate>[^0-9]{0,20}?|.{2,20}?[^0-9-])(?P<building>[0-9]+)-(?:(?P<unit>[0-9]{1,2})-)?(?P<room>[0-9]{2,5}[A-Z]?)(?:室|$)(?P<rest>.*)$",
    ),
    Step(
        "rooms",
        "unit and room without a building",
        "单元",
        r"^(?P<estate>[^0-9]{0,20}?)(?P<unit>[0-9]+|[A-Z])单元(?P<room>[0-9]{1,5}[A-Z]?)?(?:室|$)?(?P<rest>.*)$",
    ),
    Step(
        "room",
        "room without a building",
        "室|号房",
        r"^(?P<estate>[^0-9]{0,20}?)(?:(?P<floor>[0-9]+)(?:层|楼))?(?P<room>[0-9]{1,5}[A-Z]?)(?:室|号房)(?P<rest>.*)$",
    ),
    Step(
        "estate",
        "estate",
        ESTATE_ENDINGS,
        rf"^(?P<estate>[\p{{Han}}A-Z0-9]{{1,12}}?(?:{ESTATE_ENDINGS}))(?P<rest>.*)$",
    ),
    Step(
        "behind",
        "floor and room behind the estate's name",
        "^[0-9]",
        r"^(?:(?P<floor>[0-9]+)(?:层|楼))?(?:(?P<room>[0-9]{3,5}[A-Z]?)(?:室|房|$))?(?P<rest>$|[^0-9].*)$",
    ),
)


WRITTEN: Final = (
    ("zone", ""),
    ("town", ""),
    ("village", ""),
    ("group", ""),
    ("road", ""),
    ("lane", "弄"),
    ("number", "号"),
    ("estate", ""),
    ("building", "幢"),
    ("unit", "单元"),
    ("floor", "层"),
    ("room", "室"),
    ("rest", ""),
)
"""The parts below the district in the order of the canonical text, and what is written behind each."""

READINGS: Final = 4
"""How often an address of which something is left over is read again at most."""

PARTS: Final = tuple(part for part, _ in WRITTEN)


def _parted(rest: pl.Series) -> pl.DataFrame:
    """Take the parts below the district off the front of addresses, one step after the other."""
    none = pl.Series([None], dtype=pl.String).new_from_index(0, rest.len())
    parts = {part: none for part in (*PARTS, "town2") if part != "rest"}
    for step in STEPS:
        rows = rest.str.contains(step.needs).fill_null(False).arg_true()
        found = rest.gather(rows).str.extract_groups(step.pattern).struct.unnest()
        for name in found.columns:
            told = found[name].replace("", None) if name != "rest" else found[name]
            held = told.is_not_null()
            if name == "rest":
                rest = rest.scatter(rows.filter(held), told.filter(held))
            else:
                held &= parts[name].gather(rows).is_null()
                parts[name] = parts[name].clone().scatter(rows.filter(held), told.filter(held))
    return pl.DataFrame({**parts, "rest": rest.replace("", None)})


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give Chinese addresses by part, and `value`, their canonical text from province to room.

    Columns: value; province, city, district as called today; zone, town, village, group, road, lane, number, estate,
    building, unit, floor, room, rest as far as an address has them. Placeholders are null throughout. What is left over
    may read otherwise in the canonical text, so such addresses are read again until nothing changes.
    """
    frame = _read(named(raw))
    rows = frame["rest"].is_not_null().arg_true()
    for _ in range(READINGS):
        again = _read(frame[VALUE].gather(rows))
        changed = (again[VALUE] != frame[VALUE].gather(rows)).fill_null(False)
        rows, again = rows.filter(changed), again.filter(changed)
        if rows.is_empty():
            break
        frame = frame.with_columns(column.scatter(rows, again[column.name]) for column in frame.get_columns())
    return frame


def _read(raw: pl.Series) -> pl.DataFrame:
    """Give addresses by part as they read from their beginning."""
    spelling = as_in_china(raw).to_frame().select(rest=without_postcode(spelled(pl.col(VALUE))))
    says_something = ~pl.col("rest").is_in(listed("no_addresses", "text")) & pl.col("rest").str.contains(HAN)
    said = divided(spelling.select(pl.when(says_something).then("rest"))["rest"])
    named_today = said.select(pl.col(DIVISIONS).name.prefix("said_")).join(
        places(), on=[f"said_{name}" for name in DIVISIONS], how="left", nulls_equal=True, maintain_order="left"
    )
    frame = named_today.select(pl.coalesce(name, f"said_{name}").alias(name) for name in DIVISIONS)
    frame = frame.hstack(_parted(said.select(in_one_way(in_digits(pl.col("rest"))))["rest"]))
    texts = [
        pl.col(part) + behind if behind else pl.col(part)
        for part, behind in WRITTEN
        if frame[part].null_count() < frame.height
    ]
    city = pl.when(pl.col("city").ne_missing(pl.col("province"))).then("city")
    value = pl.concat_str("province", city, "district", *texts, ignore_nulls=True)
    return frame.select(pl.when(value != "").then(value).alias(VALUE), *DIVISIONS, *PARTS)
