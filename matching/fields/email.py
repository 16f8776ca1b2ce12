"""An e-mail address: what stands before the @ says who, what stands after it says where."""

from typing import Final

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness
from matching.fields.latin import Mask, equal, first_level, named, one_letter_left_out, slips, texts
from matching.words import Kind

LEVELS = (
    Level("same", "the same e-mail address", "邮箱相同", 0.7, 0.0005),
    Level("slip", "e-mail addresses one or two letters apart", "邮箱差一两个字母", 0.1, 0.0001),
    Level("same_mailbox", "the same name before the @", "邮箱用户名相同", 0.05, 0.0005, at_most=5.0),
    Level("similar_mailbox", "names before the @ that look alike", "邮箱用户名相近", 0.05, 0.004, at_most=2.5),
    Level("same_domain", "only the same house after the @", "仅邮箱域名相同", 0.02, 0.02),
    Level("different", "different e-mail addresses", "邮箱不同", 0.08, 0.975),
)
SAME, SLIP, SAME_MAILBOX, SIMILAR_MAILBOX, SAME_DOMAIN, DIFFERENT = range(len(LEVELS))

PLACEHOLDERS: Final = (
    r"^(no|none|null|na|n/a|noemail|no\.email|nomail|no-?reply|test|unknown|abc|xxx|aaa|123|1234|12345|123456|email|mail)@"
    r"|@(example\.(com|org|net)|test\.com|none\.com|noemail\.com|na\.com|invalid)$"
)
"""Addresses typed to fill a required field."""

DOTLESS: Final = ("gmail.com", "googlemail.com")
"""Houses where dots before the @ make no difference."""

SLIPS: Final = 2
"""Letters that are wrong at most in mailboxes that look alike..."""
ALIKE: Final = 0.9
"""... and how alike they are then."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the address in small letters without display name and +tag, with its `mailbox` and `domain`."""
    text = named(raw).str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+|^mailto:", "")
    found = text.str.extract(r"([^<>\"',;:()]+@[^<>\"',;:()@]+)")
    frame = pl.DataFrame({"found": found, "text": text}).with_columns(
        mailbox=pl.col("found").str.extract(r"^([^@+]+)"),
        domain=pl.col("found").str.extract(r"@([^@]+)$").str.strip_chars("."),
        loose=pl.col("text").str.replace_all(r"[<>\"',;()]", ""),
    )
    mailbox = (
        pl.when(pl.col("domain").is_in(DOTLESS))
        .then(pl.col("mailbox").str.replace_all(r"\.", ""))
        .otherwise(pl.col("mailbox"))
    )
    domain = pl.col("domain").replace("googlemail.com", "gmail.com")
    address = pl.coalesce(pl.concat_str([mailbox, domain], separator="@"), pl.col("loose").replace("", None))
    nobody = address.str.contains(PLACEHOLDERS) | ~address.str.contains(r"[\p{L}\d]{2}")
    return (
        frame.with_columns(mailbox=mailbox, domain=domain, **{VALUE: address})
        .select(
            pl.when(~nobody).then(VALUE).alias(VALUE),
            pl.when(~nobody).then(pl.coalesce("mailbox", "loose")).alias("mailbox"),
            pl.when(~nobody).then("domain").alias("domain"),
        )
        .with_columns(bare=pl.col("mailbox").str.replace_all(r"[^\p{L}\p{N}]", "").replace("", None))
    )


def _other_initial(one: pl.Series, other: pl.Series) -> Mask:
    """Tell where mailboxes differ in their first letter alone: two people of one surname, not a slip of the pen."""
    boxes = pl.DataFrame({"l": one, "r": other})
    rest, first = (
        pl.col("l").str.slice(1) == pl.col("r").str.slice(1),
        pl.col("l").str.head(1) != pl.col("r").str.head(1),
    )
    return boxes.select(other=(rest & first).fill_null(False))["other"].to_numpy()


def _other_number(one: pl.Series, other: pl.Series) -> Mask:
    """Tell where another number stands behind the same letters: namesakes' mailboxes are made of one name."""
    boxes = pl.DataFrame({"l": one, "r": other})
    letters, numbers = (
        boxes.select(pl.col("l", "r").str.replace_all(others, "").replace("", None)) for others in (r"\P{L}", r"\P{N}")
    )
    namesakes = (letters["l"] == letters["r"]) & (numbers["l"] != numbers["r"])
    return namesakes.fill_null(False).to_numpy()


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal addresses."""
    whole = slips(texts(left[VALUE]), texts(right[VALUE]))
    mailbox = closeness(left["bare"], right["bare"])
    long_enough = (mailbox.shorter >= 4) & ~_other_initial(left["bare"], right["bare"])
    namesakes = _other_number(left["bare"], right["bare"])
    alike = (mailbox.apart <= SLIPS) & (mailbox.alike >= ALIKE)
    return first_level(
        left.height,
        (
            (SLIP, (whole <= 2) & (mailbox.apart <= 1) & long_enough),
            (SAME_MAILBOX, equal(left, right, "bare") & long_enough),
            (SLIP, (whole <= 2) & long_enough & ~namesakes),
            (SIMILAR_MAILBOX, ((mailbox.apart == 1) | (alike & ~namesakes)) & long_enough),
            (SAME_DOMAIN, equal(left, right, "domain")),
        ),
        DIFFERENT,
    )


FIELD = Field(
    kind=Kind.EMAIL,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "mailbox": lambda cleaned: cleaned["bare"],
        "slip": lambda cleaned: one_letter_left_out(cleaned["bare"], 16),
    },
    by_value=True,
)
