"""How likely two Chinese addresses mean the same place: the building, shop or road that each of them ends in.

People write the way to a place and then the place, and leave out what they think is known. So the place that an address
ends in must be in the other; floors and rooms do not matter, another building or a mere gate of the estate does.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from matching.fields.address_ways import in_digits, spelled
from matching.fields.dividing import divided
from matching.fields.latin import named, texts

Floats = npt.NDArray[np.float64]

SAME_PLACE: Final = 0.5
"""Pairs at least as alike as this are taken for one place, each by itself..."""

OFFERED: Final = 0.35
"""... and pairs that are the likeliest of several offered for one address: the others speak against themselves."""

INSIDE: Final = r"(?:[0-9]+单元|[A-Z]?[0-9]+[楼层室F]|[0-9]{3,4}|门口|旁边?|对面|内|后面?|隔壁|里面?|负[0-9]+[层楼])+$"
"""What at the end of an address leads on inside the place, or to somewhere beside it."""

GATE: Final = r"[（(][^)）]*(?:门|口|[东南西北]区?)[)）]$"
"""A gate or one side of an estate: a place of its own."""

STREETS: Final = "号路街巷弄镇乡|"
"""The characters that end the way to a place."""

KNOWN_INFORMATION: Final = 80.0
"""Shared information, in nats, beyond which more makes no difference."""


@dataclass(frozen=True)
class Sign:
    """One thing that speaks for or against one place; its weight is in log-odds for the whole of it."""

    name: str
    says: str
    weight: float


SIGNS: Final = (
    Sign("place_found", "the share of the left address's place that is in the right address, in order", 2.0),
    Sign("place_shared", "the same of rare pairs of characters, between the two places", 0.75),
    Sign("left_covered", "the share of the left address's information that the right one has", 1.0),
    Sign("right_covered", "the share of the right address's information that the left one has", 1.0),
    Sign("information", "how much both share at all", 2.0),
    Sign("gate", "the right address is a gate or side, the left is not", -3.0),
    Sign("other_building", "two different buildings", -1.75),
    Sign("same_building", "the same number of a building", 0.75),
    Sign("building_left_only", "only the left one names a building", -1.5),
    Sign("building_right_only", "only the right one does", -0.25),
    Sign("other_number", "two different numbers on a road", -0.5),
)

THRESHOLD: Final = 4.25
"""The sum of signs at which an address is as likely the same place as not."""


def likeness(left: pl.Series, right: pl.Series) -> pl.Series:
    """Give for each pair of raw addresses how likely both mean one place, 0 to 1 (not calibrated on any labels).

    A pair at `SAME_PLACE` or above is one place; the sides may be given in either order only where both name a place of
    their own, a query comes left. How rare a pair of characters is, is taken from the addresses given.
    """
    one, other = _ways(left), _ways(right)
    weights = _rarity(one["whole"], other["whole"])
    whole_l, whole_r = (
        _information(one["whole"], other["whole"], weights),
        _information(other["whole"], one["whole"], weights),
    )
    place = _information(one["place"], other["place"], weights)
    length = np.maximum(one["place"].str.len_chars().to_numpy(), 1)
    buildings = one["building"], other["building"]
    signs: dict[str, Floats] = {
        "place_found": process.cpdist(texts(one["place"]), texts(other["whole"]), scorer=LCSseq.similarity) / length,
        "place_shared": _share(*place),
        "left_covered": _share(*whole_l),
        "right_covered": _share(*whole_r),
        "information": np.minimum(whole_l[0], KNOWN_INFORMATION) / KNOWN_INFORMATION,
        "gate": _flags(other["gate"] & ~one["gate"]),
        "other_building": _flags(buildings[0] != buildings[1]),
        "same_building": _flags(buildings[0] == buildings[1]),
        "building_left_only": _flags(buildings[0].is_not_null() & buildings[1].is_null()),
        "building_right_only": _flags(buildings[0].is_null() & buildings[1].is_not_null()),
        "other_number": _flags(one["number"] != other["number"]),
    }
    total = np.sum([sign.weight * signs[sign.name] for sign in SIGNS], axis=0)
    return pl.Series("likeness", 1 / (1 + np.exp(THRESHOLD - total)))


def is_one_place(left: pl.Series, right: pl.Series) -> pl.Series:
    """Tell which pairs of raw addresses are one place, where the right ones are what is offered for the left one.

    An address is of one place: of those that equal left addresses are paired with only the likeliest can be it, several
    if they are equally likely. See `likeness`.
    """
    likely = likeness(left, right).round(9)
    pairs = pl.DataFrame({"left": left, "likely": likely})
    likeliest = pl.col("likely") == pl.col("likely").max().over("left")
    return pairs.select(is_one_place=likeliest & (pl.col("likely") >= OFFERED))["is_one_place"]


def _ways(raw: pl.Series) -> pl.DataFrame:
    """Give for each address `whole` (without divisions), `place` (what it ends in), `building`, `number` and `gate`."""
    raw = named(raw).fill_null("")
    rest = divided(raw.to_frame().select(rest=spelled(pl.col("value")).fill_null(""))["rest"])["rest"]
    whole = in_digits(pl.col("rest")).str.replace_all("([0-9A-Z]+)(?:号楼|幢|座|#楼|#)", "$1栋")
    whole = whole.str.replace_all("附近|交叉口|交汇处|交界处|[东南西北]+[0-9]+米", "|")
    for _ in range(2):
        whole = whole.str.replace(INSIDE, "")
    frame = pl.DataFrame({"rest": rest, "gate": raw.str.contains(GATE)}).select("gate", whole=whole)
    last = pl.col("whole").str.extract(f"([^{STREETS}]*)$")
    longer = pl.col("whole").str.extract(f"([^{STREETS}]*[{STREETS}]+[^{STREETS}]*)$")
    return frame.with_columns(
        place=pl.when(last.str.len_chars() >= 2).then(last).otherwise(pl.coalesce(longer, last)).fill_null(""),
        building=pl.col("whole").str.extract("([0-9A-Z]+)栋[^栋]*$"),
        number=pl.col("whole").str.extract("[路街道巷弄]([0-9]+)号"),
    )


def _pairs_of_characters(whole: pl.Series) -> pl.DataFrame:
    """Give every two neighbouring characters of each text, once a text: columns row, pair."""
    rows = pl.DataFrame({"row": np.arange(whole.len(), dtype=np.uint32), "text": whole})
    longest = max(whole.str.len_chars(), default=0)
    found = [
        rows.filter(pl.col("text").str.len_chars() >= start + 2).select("row", pair=pl.col("text").str.slice(start, 2))
        for start in range(longest - 1)
    ]
    return pl.concat([pl.DataFrame(schema={"row": pl.UInt32, "pair": pl.String}), *found]).unique()


def _rarity(left: pl.Series, right: pl.Series) -> pl.DataFrame:
    """Give what each pair of characters tells, in nats: columns pair, worth."""
    found = pl.concat([_pairs_of_characters(left), _pairs_of_characters(right)])
    total = left.len() + right.len() + 1
    return found.group_by("pair").agg(worth=(total / pl.len()).log())


def _information(text: pl.Series, other: pl.Series, weights: pl.DataFrame) -> tuple[Floats, Floats]:
    """Give for each pair of texts what of the one's information the other has, and the one's whole."""
    own = _pairs_of_characters(text).join(weights, on="pair")
    shared = own.join(_pairs_of_characters(other), on=["row", "pair"], how="semi")
    sums = [np.zeros(text.len()), np.zeros(text.len())]
    for place, held in enumerate((shared, own)):
        np.add.at(sums[place], held.sort("row", "pair")["row"].to_numpy(), held.sort("row", "pair")["worth"].to_numpy())
    return sums[0], sums[1]


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _flags(flags: pl.Series) -> Floats:
    return flags.fill_null(False).to_numpy().astype(np.float64)
