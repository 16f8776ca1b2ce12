"""Organisations' names in letters: the distinctive words decide; legal forms, trades and filler words do not.

`Universal Exports Ltd` and `Universal Exports Worldwide` share what is distinctive; `School No 12` and `School No 14`
share everything but what matters. Word lists are in `data/company_words.csv`.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from matching.fields.aligning import Alignment, align
from matching.fields.base import VALUE
from matching.fields.latin import DATA, Mask, differ, equal, first_level, folded, likeness, named, slips, sound, texts
from matching.fields.registered_years import follows
from matching.tables import table


class Agreement(StrEnum):
    """The levels of `organisation_name` that names in letters use."""

    SAME_CORE = "same_core"  # the same but for legal form, filler words, order, spacing
    SHORT_FORM = "short_form"  # all distinctive words of one are in the other, or one is the other's initials
    NEAR = "near"  # the same but for slips
    BRANCH = "branch"  # the same name, and only one is a branch's
    OTHER_BRANCH = "other_branch"  # the same name with another number or branch: a sister, not the same
    SAME_BRAND = "same_brand"  # some distinctive words in common
    DIFFERENT = "different"


@cache
def company_words() -> pl.DataFrame:
    """Give the words of organisations' names with their short form and role (`form`, `stop`, `generic`, `branch` …)."""
    return pl.read_csv(DATA / "company_words.csv", schema_overrides={"short": pl.String})


HOLDING: Final = "hldg"
"""The short form of the word for a firm that holds others."""
LONG_ENOUGH: Final = 3
"""Letters of a word that tells a firm with the initials of the words behind it."""
FEW: Final = 2
"""Distinctive words up to which names with two trades are two firms' (China Construction Bank and Trust), no short
form of one another: a longer name is one firm's, whatever it is said to do."""
CUT_OFF_AT: Final = 14
"""Letters that a name has at least which is taken for one that a narrow column cut off."""
SLIPS: Final = 2
"""Slips of the pen with which two places are still one."""

KOREAN_TRADES: Final = (
    "공인중개사사무소|엔터테인먼트|엔지니어링|법률사무소|종합건설|산업개발|치과의원|정보통신|정보기술|법무법인|회계법인|세무회계|인테리어|어린이집|초등학교|고등학교|"
    "한의원|부동산|출판사|시스템|여행사|미용실|디자인|소프트|에너지|제작소|자동차|모터스|카센터|컨설팅|미디어|주유소|유치원|중학교|대학교|홀딩스|건설|건축|토건|산업|"
    "개발|유통|섬유|무역|전자|전기|치과|의원|병원|약국|인쇄|물산|식품|상사|상회|기계|화학|제약|테크|기술|물류|운수|운송|통운|택배|관광|식당|학원|마트|슈퍼|"
    "교회|은행|증권|보험|통신|환경|철강|금속|정밀|공업|정비|농산|수산|축산|영농|패션|가구|조경|카페|호텔|모텔|그룹"
)
"""What a Korean firm does, written behind its name without a blank."""

REMARKS: Final = "do not use|don't use|inactive|closed|old|new|duplicate|dup|test|ach|wire|check|remit(?: to)?|1099"
"""What a clerk writes in brackets behind a vendor's name."""

WRITTEN: Final[tuple[tuple[str, str], ...]] = (
    (r"'s\b|’s\b|‘s\b", "s"),
    (r"(?i)^\s*m/s\.?\s", " "),  # Messrs, in India
    (r"(?i)^.*\bholdings?\b[\s,.]*(?:llc|inc|ltd|corp)?[\s,.(]*\b(?:d[/.]?b[/.]?a|t/a|trading as)\s+(\S.*)$", "$1"),
    (r"(?i)(\S)[\s,(]+(?:d[/.]?b[/.]?a|a/k/a|f/k/a|t/a|trading as|doing business as|inh|inhaber(?:in)?)\b.*$", "$1"),
    (r"(?i)(\S)[\s,(]+(?:c/o|attn:?|attention:?)\s.*$", "$1"),
    (rf"(?i)[(\[]\s*(?:{REMARKS})\s*[)\]]", " "),
    (r"&|\s\+\s", " and "),
    (r"(?i)(?:\bno|\bnr|n°|#|\b(?:store|shop|unit|site|fil(?:iale)?)\s*(?:no)?)[.\s]*#?\s*(\d+)", " $1 "),
    (r"\(주\)", " 주식회사 "),
    (r"\(유\)", " 유한회사 "),
    (r"\(사\)", " 사단법인 "),
    (r"\(재\)", " 재단법인 "),
    (r"(주식회사|유한회사|합자회사|합명회사|사단법인|재단법인)", " $1 "),
    (r"(\S)(지점|지사|영업소|출장소)(\s|$)", "$1 $2$3"),
    (r"(\s\p{Hangul}{1,4}[\p{Hangul}--[서식화의문인세과경]])점(\s|$)", "$1 지점$2"),
    (rf"(\p{{Hangul}}{{2,}}?)((?:{KOREAN_TRADES})+)(\s|$)", "$1 $2$3"),
    (rf"(\p{{Hangul}}{{2,}}?)((?:{KOREAN_TRADES})+)(\p{{Hangul}}+ (?:지점|지사))", "$1 $2 $3"),
    (r"\b(\p{L})\.\s?(\p{L})\.\s?(\p{L})\.\s?(\p{L})\b", "$1$2$3$4"),
    (r"\b(\p{L})\.\s?(\p{L})\.\s?(\p{L})\b", "$1$2$3"),
    (r"\b(\p{L})\.\s?(\p{L})\b", "$1$2"),
)
"""What is written in many ways and says the same, with the one way it is read: initials with their points, numbers of
shops, Korean legal forms and trades without a blank; by whom a firm is run, and as what it trades besides, is not its
name, but of a holding what it trades as is."""


@cache
def _role(role: str) -> tuple[str, ...]:
    return tuple(company_words().filter(pl.col("role") == role)["short"].unique().sort())


def _short(text: pl.Expr) -> pl.Expr:
    """Give folded names with known words in their short forms."""
    table = company_words().filter(pl.col("word") != pl.col("short"))
    text = (
        pl.lit(" ") + text.str.replace_all(r"\b0*(\d+)(st|nd|rd|th)?\b", "$1").str.replace_all(" ", "  ") + pl.lit(" ")
    )
    for phrase in (True, False):
        chosen = table.filter(pl.col("word").str.contains(" ") == phrase).sort(
            pl.col("word").str.len_chars(), descending=True
        )
        words = chosen["word"].str.replace_all(" ", "  ")
        shorts = [f" {short} " for short in chosen["short"]]
        text = text.str.replace_many([f" {word} " for word in words], shorts, leftmost=True)
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give names in short forms without filler words.

    Columns: `value`; `form`, the legal form; `words` without it; `distinctive` ones among them (all where
    none is); `numbers`; `joined`, the words without blanks; `initials`; `branch`, which has no part in the others.
    """
    text = named(raw).str.normalize("NFKC")
    for pattern, written in WRITTEN:
        text = text.str.replace_all(pattern, written)
    forms, stops, generic = _role("form"), _role("stop"), _role("generic")
    word, is_number = pl.element(), pl.element().str.contains(r"^\d+$")
    parts = folded(text).to_frame().select(every=_short(pl.col(VALUE)).str.split(" "))
    parts = parts.with_columns(told=_only("every", ~word.is_in(stops)))
    parts = parts.with_columns(form=_only("told", word.is_in(forms)), bare=_only("told", ~word.is_in(forms)))
    parts = parts.with_columns(every_word=_first_filled("bare", "told", "every"))
    of_branch = pl.col("every_word").list.join(" ").str.extract_groups(_of_branch())
    parts = parts.with_columns(
        words=pl.coalesce(of_branch.struct.field("firm"), of_branch.struct.field("head")).str.split(" "),
        branch=pl.coalesce(of_branch.struct.field("place"), of_branch.struct.field("town")),
    ).with_columns(pl.coalesce("words", "every_word").alias("words"))
    parts = parts.with_columns(core=_only("words", ~word.is_in([*generic, *_role("kin")])))
    return parts.select(
        pl.when(pl.col("bare").list.len() > 0)
        .then(pl.concat_list("every_word", "form"))
        .otherwise("every_word")
        .list.join(" ")
        .replace("", None)
        .alias(VALUE),
        form=pl.col("form").list.join(" ").replace("", None),
        words=pl.col("words").list.unique(maintain_order=True),
        distinctive=_first_filled("core", "words").list.unique(maintain_order=True),
        trades=pl.when(pl.col("core").list.len() > 0).then(
            _only("words", word.is_in(generic)).list.unique(maintain_order=True)
        ),
        numbers=_only("every_word", is_number).list.sort().list.join(" ").replace("", None),
        joined=pl.col("words").list.join(""),
        initials=_only("every", ~word.is_in(forms)).list.eval(word.str.slice(0, 1)).list.join(""),
        branch="branch",
    )


@cache
def _of_branch() -> str:
    """Give the pattern of a firm's words and its branch's: the place stands behind the word for it, or before."""
    before, behind = ("|".join(_role(role)) for role in ("place", "branch"))
    return rf"^(?:(?P<firm>\S.*?) (?:{behind}) (?P<place>.+)|(?P<head>\S.*?) (?P<town>\S+) (?:{before}))$"


def _only(column: str, wanted: pl.Expr) -> pl.Expr:
    """Give the wanted words of each list; `wanted` speaks of `pl.element()`."""
    return pl.col(column).list.eval(pl.element().filter(wanted))


def _first_filled(*columns: str) -> pl.Expr:
    """Give the first of the lists that has a word, else the last."""
    *others, last = columns
    chosen = pl.col(last)
    for column in reversed(others):
        chosen = pl.when(pl.col(column).list.len() > 0).then(column).otherwise(chosen)
    return chosen


def compare(left: pl.DataFrame, right: pl.DataFrame, order: Sequence[str]) -> pl.Series:
    """Give the level of each pair of unequal names in letters, as positions in `order`."""
    core = align(left["distinctive"], right["distinctive"], shortened=True)
    words = align(left["words"], right["words"], shortened=True)
    whole_core = (core.equal + core.close == core.shorter) & (core.shorter > 0)
    one_size = core.words_l == core.words_r
    initials = (core.matched == core.shorter) & (core.equal > 0) & (core.initial > 0)
    every_word = (words.equal + words.close == words.shorter) & (words.words_l == words.words_r)
    alike = likeness(texts(left["joined"]), texts(right["joined"]))
    other_number = differ(left, right, "numbers")
    same_numbers = left["numbers"].eq_missing(right["numbers"]).to_numpy()
    contained = (words.equal == words.shorter) & (words.shorter > 1)
    one_word = equal(_joined_core(left), _joined_core(right), "joined")
    trade = align(left["trades"], right["trades"], shortened=True)
    other_trade = (core.shorter <= FEW) & (trade.matched == 0) & (trade.shorter > 0)
    holding = _is_holding(left, right, words) | _is_holding(right, left, words)
    acronym = _is_acronym(left, right) | _is_acronym(right, left)
    shortened = _has_initials(left, right) | _has_initials(right, left) | _is_cut_off(left, right)
    sisters = _are_sisters(left, right)
    other_branch = _branches_differ(left["branch"], right["branch"])
    two_branches = (left["branch"].is_not_null() & right["branch"].is_not_null()).to_numpy()
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.OTHER_BRANCH, (other_number | sisters | holding | follows(left, right)) & (words.equal > 0)),
        (Agreement.OTHER_BRANCH, other_branch & whole_core & two_branches),
        (Agreement.BRANCH, other_branch & whole_core),
        (Agreement.SAME_CORE, equal(left, right, "joined") | (every_word & (words.close == 0))),
        (Agreement.NEAR, every_word | (whole_core & ~other_trade & one_size & (core.close > 0))),
        (Agreement.NEAR, (alike >= 0.95) & same_numbers),
        (Agreement.SHORT_FORM, ((whole_core | one_word | initials) & ~other_trade) | acronym | shortened),
        (Agreement.SAME_BRAND, (core.equal + core.close > 0) | contained),
    ]
    return first_level(
        left.height, [(order.index(level), mask) for level, mask in rules], order.index(Agreement.DIFFERENT)
    )


def _joined_core(names: pl.DataFrame) -> pl.DataFrame:
    """Give the distinctive words without blanks between them: Yu Mei is Yumei."""
    return names.select(joined=pl.col("distinctive").list.join(""))


def _branches_differ(one: pl.Series, other: pl.Series) -> Mask:
    """Tell where only one is a branch, or both are and in two places, by more than a slip of the pen."""
    written = slips(texts(one), texts(other))
    return np.asarray(written > SLIPS)


def _is_acronym(short: pl.DataFrame, long: pl.DataFrame) -> Mask:
    """Tell where one name is the initials, three or more, of the other's words."""
    enough = (short["joined"].str.len_chars() >= 3).fill_null(False).to_numpy()
    found: Mask = enough & equal(short, long.with_columns(joined="initials"), "joined")
    return found


@cache
def _sister_kinds() -> list[dict[str, str]]:
    """Give, for each group of words of which a school bears one alone, which kind each word tells."""
    told = table("sister_words")
    return [dict(group.select("word", "kind").iter_rows()) for _, group in told.group_by("group", maintain_order=True)]


def _are_sisters(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where both say which of several sisters they are, and say another: boys' and girls' school."""
    found = np.zeros(left.height, dtype=bool)
    for kinds in _sister_kinds():
        told = [
            frame["words"].list.eval(
                pl.element().replace_strict(list(kinds), list(kinds.values()), default=None).drop_nulls().unique()
            )
            for frame in (left, right)
        ]
        rows = pl.DataFrame({"l": told[0], "r": told[1]})
        both = (pl.col("l").list.len() > 0) & (pl.col("r").list.len() > 0)
        apart = pl.col("l").list.set_intersection("r").list.len() == 0
        found |= rows.select(found=(both & apart).fill_null(False))["found"].to_numpy()
    return found


def _is_holding(holding: pl.DataFrame, other: pl.DataFrame, words: Alignment) -> Mask:
    """Tell where the one is the holding of a firm that is told by what it does: Daly Holdings, Daly Interiors."""
    has, others = (frame["trades"].list.contains(HOLDING).fill_null(False).to_numpy() for frame in (holding, other))
    own = other["words"].list.len().fill_null(0).to_numpy() > words.equal + words.close
    found: Mask = has & ~others & own
    return found


def _has_initials(short: pl.DataFrame, long: pl.DataFrame) -> Mask:
    """Tell where two names begin with one word and the one goes on with the initials of the other's further ones."""
    rows = pl.DataFrame({"short": short["words"], "long": long["words"]})
    further = pl.col("long").list.slice(1).list.eval(pl.element().str.slice(0, 1)).list.join("")
    said = pl.col("short").list.slice(1).list.join("")
    same = (pl.col("short").list.first() == pl.col("long").list.first()) & (said == further)
    enough = (said.str.len_chars() >= 1) & (pl.col("short").list.first().str.len_chars() >= LONG_ENOUGH)
    longer = pl.col("long").list.slice(1).list.eval(pl.element().str.len_chars()).list.min() > 1
    return rows.select(found=(same & enough & longer).fill_null(False))["found"].to_numpy()


def _is_cut_off(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where the one name ends inside a word of the other, as a narrow column leaves it."""
    rows = pl.DataFrame({"l": left[VALUE], "r": right[VALUE]})
    found = pl.lit(value=False)
    for short, long in (("l", "r"), ("r", "l")):
        size = pl.col(short).str.len_chars()
        goes_on = pl.col(long).str.slice(size, 1).str.contains(r"[^\s\d]")
        found |= pl.col(long).str.starts_with(pl.col(short)) & goes_on & (size >= CUT_OFF_AT)
    return rows.select(found=found.fill_null(False))["found"].to_numpy()


def core_sounds(cleaned: pl.DataFrame) -> pl.Series:
    """Give how each distinctive word sounds: names that share one share a key."""
    long = _only("distinctive", pl.element().str.len_chars() >= 3)
    return cleaned.select(key=long.list.eval(sound(pl.element()).str.slice(0, 6)).list.unique().list.sort())["key"]


def core_pairs(cleaned: pl.DataFrame) -> pl.Series:
    """Give every two of the first five words in alphabetical order."""
    words = cleaned.select(words=pl.col("words").list.head(5).list.sort())
    pairs = [
        pl.col("words").list.get(i, null_on_oob=True) + " " + pl.col("words").list.get(j, null_on_oob=True)
        for i in range(5)
        for j in range(i + 1, 5)
    ]
    return words.select(pl.concat_list(pairs).list.drop_nulls().alias("key"))["key"]


KEYS: Final = {"core_sounds": core_sounds, "core_pairs": core_pairs}
"""Keys of organisations' names in letters; null for all others."""
