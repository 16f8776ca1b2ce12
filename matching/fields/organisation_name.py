"""Names of firms and other bodies: place, brand, trade, legal form, branch.

The brand names the firm; place and legal form are often left out, the trade is shortened; a branch is not its head
office.
"""

from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from matching.fields import latin_organisation
from matching.fields.base import VALUE, Field, Level
from matching.fields.bodies import as_called
from matching.fields.chains import (
    CHAINS,
    in_full,
    shop_left_out,
    shops_of_one,
    with_shop_marked,
)
from matching.fields.latin import Mask, differ, equal, first_level, named
from matching.fields.name_numbers import without_number
from matching.fields.organisation_likeness import (
    KIND_OF_PLACE,
    are_short_for,
    branches_differ,
    contains,
    equal_but_for_number,
    equal_but_for_the_place,
    equal_with_branch,
    levels_differ,
    one_slip_apart,
    places,
    places_differ,
    trades_differ,
)
from matching.fields.organisation_marks import without_marks
from matching.fields.organisation_patterns import (
    BEHIND_FORM,
    BRANCH,
    ENDINGS,
    HAN_OR_KANA,
    JAPANESE,
    LONGER_THAN_PERSONS,
    NUMBER,
    NUMBERED_SHOP,
    SEVERAL,
    SHORTEST,
    SHORTEST_READING,
    TAIWANESE,
    at_the_end,
    cut_in_words,
    form_and_branch,
    form_pattern,
    named_and_generic,
    of_a_place,
    only_what,
    organisation_pattern,
    placed,
    says_what_is_sold,
    shop_behind_trade,
)
from matching.fields.pinyin import readings
from matching.fields.sparing import where_told
from matching.fields.writing import cleaned_where, plain, simplified, simplified_characters
from matching.tables import listed
from matching.words import Kind


class Agreement(StrEnum):
    """The names of the levels."""

    SAME = "same"
    SAME_CORE = "same_core"
    SHORT_FORM = "short_form"
    NEAR = "near"
    BRANCH = "branch"
    OTHER_BRANCH = "other_branch"
    SAME_BRAND = "same_brand"
    OTHER_SCRIPT = "other_script"
    DIFFERENT = "different"


LEVELS: Final = (
    Level(Agreement.SAME, "the same name", "名称相同", 0.55, 0.00005),
    Level(
        Agreement.SAME_CORE,
        "the same brand and trade, place or legal form apart",
        "字号与行业相同",
        0.25,
        0.0001,
        key="core",
    ),
    Level(Agreement.SHORT_FORM, "one is the short form of the other", "一方为简称", 0.08, 0.0005, key="brand"),
    Level(Agreement.NEAR, "one character wrong", "名称差一字", 0.05, 0.0002),
    Level(Agreement.BRANCH, "a firm and a branch of it", "企业与其分支", 0.005, 0.0002, at_most=-2.0),
    Level(Agreement.OTHER_BRANCH, "two branches of one firm", "同一企业的不同分支", 0.002, 0.0002, at_most=-5.0),
    Level(
        Agreement.SAME_BRAND,
        "the same brand in another trade or place",
        "字号相同，行业或地区不同",
        0.015,
        0.005,
        at_most=0.0,
    ),
    Level(Agreement.OTHER_SCRIPT, "names in two scripts", "名称文字不同，无从比较", 0.02, 0.02, at_most=0.0),
    Level(Agreement.DIFFERENT, "another name", "名称不同", 0.05, 0.994, at_most=-4.0),
)


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the names of organisations by part.

    Columns: `value` (the whole name in one spelling), `place`, `brand`, `trade`, `form` (group and legal form),
    `branch`, `core` (brand and trade), `sound` (how the core is read), `pinyin` (how the whole name is). Names in
    letters have instead what `latin_organisation.clean` gives; `is_chinese` tells the script.
    """
    raw = named(raw)
    is_latin = ~raw.str.contains(HAN_OR_KANA)
    nothing = raw.str.strip_chars().str.to_lowercase().is_in(listed("no_names", "text")).fill_null(False)
    parts = cleaned_where(~is_latin, raw, _parts)
    latin = cleaned_where(is_latin & ~nothing, raw, latin_organisation.clean)
    shared = [name for name in latin.columns if name in parts.columns]
    return parts.with_columns(
        *(pl.when(is_latin).then(latin[name]).otherwise(name).alias(name) for name in shared),
        *(latin[name] for name in latin.columns if name not in shared),
        is_chinese=~is_latin,
    )


def _parts(raw: pl.Series) -> pl.DataFrame:
    """Give the parts of Chinese names."""
    frame = named(raw).to_frame().select(text=without_marks(simplified(plain(pl.col(VALUE))).str.to_uppercase()))
    for pattern, written in (*TAIWANESE, *JAPANESE, *cut_in_words(), *NUMBERED_SHOP):
        frame = frame.with_columns(pl.col("text").str.replace(pattern, written))
    marked = with_shop_marked(pl.col("text")).str.replace_all(rf"(\p{{Han}})\(({places()}|中国)\)", "$1〔$2〕")
    text = marked.str.replace_all(r"[\s()\[\]·・.,;、，。\-_/'\"&]+", "")
    nothing = [word.upper() for word in listed("no_names", "text")]
    frame = frame.with_columns(value=pl.when(~text.is_in(nothing) & (text != "")).then(text))
    bracketed = pl.col(VALUE).str.extract(r"〔(.+?)〕")
    shop = pl.col(VALUE).str.extract("〈(.+?)〉")
    bare = in_full(pl.col(VALUE).str.replace(r"〔.+?〕", "").str.replace("〈.+?〉", ""))
    place = bare.str.extract(placed(), 1).replace("", None)
    place = pl.when(~bare.str.strip_prefix(place.fill_null("")).str.contains(only_what())).then(place)
    frame = frame.with_columns(
        place=pl.coalesce(place, bracketed),
        behind=as_called(bare.str.strip_prefix(place.fill_null(""))),
        value=pl.col(VALUE).str.replace("〔(.+?)〕", "($1)").str.replace("〈(.+?)〉", "($1)"),
        shop=shop,
    )
    told = pl.coalesce(*(pl.col("behind").str.extract(pattern) for pattern in at_the_end()))
    frame = frame.with_columns(told=pl.when(~pl.col("behind").str.contains(form_and_branch())).then(told))
    frame = frame.with_columns(behind=pl.col("behind").str.strip_suffix(pl.col("told").fill_null("")))
    found = pl.col("behind").str.extract_groups(form_pattern())
    frame = frame.with_columns(found=found).with_columns(
        body=pl.coalesce(pl.col("found").struct.field("body"), "behind"),
        form=pl.col("found").struct.field("form"),
        after=pl.col("found").struct.field("after"),
    )
    inside = pl.col("body").str.extract(rf"^.*(?:{CHAINS}){BRANCH}")
    after = [pl.col("after").str.extract(BEHIND_FORM, group) for group in (1, 2)]
    several = [pl.col("body").str.extract(pattern) for pattern in SEVERAL]
    of_trade = pl.col("body").str.extract(shop_behind_trade())
    of_trade = pl.when(~of_trade.str.contains(says_what_is_sold())).then(of_trade)
    frame = frame.with_columns(branch=pl.coalesce("shop", "told", *after, inside, *several, of_trade))
    frame = frame.with_columns(core=pl.col("body").str.strip_suffix(pl.col("branch").fill_null("")))
    brand = pl.col("core").str.extract(named_and_generic(), 1)
    branch = pl.col("branch").str.replace_all("[省市区县]|分行(.)", "$1")
    frame = frame.with_columns(brand=pl.coalesce(brand, "core"), branch=branch)
    return frame.select(
        VALUE,
        "place",
        "brand",
        "form",
        "core",
        "branch",
        trade=pl.col("core").str.strip_prefix(pl.col("brand")).replace("", None),
        number=_number(pl.col("core")),
        whole=_whole(),
        pinyin=readings(pl.col(VALUE)),
        sound=readings(pl.col("core")).str.replace_all(" ", ""),
    )


def _number(core: pl.Expr) -> pl.Expr:
    """Give the number in the names of bodies that are numbered."""
    found = core.str.extract_groups(NUMBER)
    return pl.coalesce(found.struct[0], found.struct[1])


def _whole() -> pl.Expr:
    """Give place, brand, trade and branch without what kind of place it is."""
    place, *others = (pl.col(part).fill_null("") for part in ("place", "core", "branch"))
    return pl.concat_str(place.str.replace_all(KIND_OF_PLACE, ""), *others)


def is_organisation(name: pl.Expr) -> pl.Expr:
    """Say whether a name is a firm's or another body's: it holds a legal form or ends in what it does."""
    return plain(name).map_batches(_are_organisations, return_dtype=pl.Boolean)


def _are_organisations(names: pl.Series) -> pl.Series:
    """Tell which names are organisations'; most names are persons' and too short to be looked at."""
    size = names.str.len_chars()
    rows = (size >= SHORTEST).fill_null(False).arg_true()
    some = names.gather(rows).alias(VALUE).to_frame().select(_simplified_words(without_number(pl.col(VALUE))))[VALUE]
    found = some.str.contains(organisation_pattern())
    long = (~found & (some.str.len_chars() >= LONGER_THAN_PERSONS)).arg_true()
    found = found.scatter(long, some.gather(long).str.contains(of_a_place()))
    return (size < 0).scatter(rows, found)


def _simplified_words(text: pl.Expr) -> pl.Expr:
    """Give names in simplified characters where one of them may be in a word that tells a firm's name."""
    old = pl.when(text.str.contains(_traditional())).then(text)
    return pl.coalesce(where_told(old, simplified), text)


@cache
def _traditional() -> str:
    """Give the pattern of the traditional characters for those that firms' words are written in."""
    words = {*"".join(listed("organisation_words", "word")), *ENDINGS}
    return f"[{''.join(old for old, new in simplified_characters().items() if new in words)}]"


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned names, as positions in `LEVELS`."""
    order = list(Agreement)
    letters = (~left["is_chinese"] & ~right["is_chinese"]).fill_null(False).to_numpy()
    levels = np.full(left.height, order.index(Agreement.DIFFERENT), dtype=np.uint8)
    rows = np.flatnonzero(letters)
    if rows.size:
        levels[rows] = latin_organisation.compare(left[rows], right[rows], order).to_numpy()
    chinese = (left["is_chinese"] & right["is_chinese"]).fill_null(False).to_numpy()
    rows = np.flatnonzero(chinese)
    if rows.size:
        levels[rows] = _compare_parts(left[rows], right[rows]).to_numpy()
    rows = np.flatnonzero((left["is_chinese"] != right["is_chinese"]).fill_null(False).to_numpy())
    if rows.size:
        spelt = _is_brand_in_letters(left[rows], right[rows]) | _is_brand_in_letters(right[rows], left[rows])
        levels[rows] = np.where(spelt, order.index(Agreement.SHORT_FORM), order.index(Agreement.OTHER_SCRIPT))
    return pl.Series("level", levels)


def _is_brand_in_letters(chinese: pl.DataFrame, letters: pl.DataFrame) -> Mask:
    """Tell where the name in letters holds the Chinese brand as it is read: Shijiazhuang Shengrun, 石家庄盛润."""
    rows = pl.DataFrame({"brand": chinese["brand"], "joined": letters["joined"]})
    read = readings(pl.col("brand")).str.replace_all(" ", "")
    found = pl.col("joined").str.contains(read, literal=True) & (read.str.len_chars() >= SHORTEST_READING)
    return rows.select(found=found.fill_null(False))["found"].to_numpy()


def _compare_parts(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of Chinese names."""
    order = list(Agreement)
    left_out = shop_left_out(left, right)
    differs = branches_differ(left["branch"].fill_null(""), right["branch"].fill_null(""))
    other_branch = differs & ~left_out
    two_branches = differs & (left["branch"].is_not_null() & right["branch"].is_not_null()).to_numpy()
    one_branch = ~differs & (left["branch"].is_not_null() & right["branch"].is_not_null()).to_numpy()
    core, brand = equal(left, right, "core"), equal(left, right, "brand")
    elsewhere = places_differ(left, right) | levels_differ(left, right)
    other_trade = trades_differ(left, right, brand)
    other_number = differ(left, right, "number")
    one_is_short = are_short_for(left, right, ~elsewhere & ~other_number)
    one_shop, other_shop = shops_of_one(left, right)
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_CORE, equal_with_branch(left, right) | equal_but_for_the_place(left, right) | one_shop),
        (Agreement.BRANCH, brand & other_branch & ~two_branches),
        (
            Agreement.OTHER_BRANCH,
            (brand & other_branch) | other_shop | (equal_but_for_number(left, right, other_number) & ~elsewhere),
        ),
        (Agreement.SAME_BRAND, brand & (elsewhere | other_trade)),
        (Agreement.SAME_CORE, (core & ~left_out) | (brand & one_branch)),
        (
            Agreement.SHORT_FORM,
            (brand | one_is_short | contains(left, right) | contains(right, left))
            & ~elsewhere
            & ~other_number
            & ~two_branches,
        ),
        (
            Agreement.NEAR,
            (one_slip_apart(left, right) | equal(left, right, "sound")) & ~elsewhere & ~other_branch & ~other_number,
        ),
    ]
    return first_level(left.height, [(order.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def _core(frame: pl.DataFrame) -> pl.Series:
    """Give brand and trade; of names in letters the distinctive words, in whatever order."""
    words = pl.col("distinctive").list.sort().list.join(" ")
    return frame.select(core=pl.coalesce("core", words))["core"]


FIELD: Final = Field(
    kind=Kind.ORGANISATION_NAME,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "name": lambda frame: frame[VALUE],
        "core": _core,
        "brand": lambda frame: frame["brand"],
        "sound": lambda frame: frame["sound"],
        **latin_organisation.KEYS,
    },
)
