"""A customer of hundreds of records in a table of customers of a few: what is learned of these stays what it was."""

import random

import polars as pl

from matching.facts.encoding import encode
from matching.fieldspec import read_fields
from matching.learning.thinning import KEPT, of_one_customer, thinned
from matching.resolving import resolve

FIRMS = read_fields(
    {"id": "rid", "fields": {"name": "organisation_name", "code": "text", "phone": "phone", "address": "address"}}
)


def firms(large: int, count: int = 300) -> pl.DataFrame:
    """Give firms with two records each, a number of its own in each; the first has `large` records."""
    luck = random.Random(7)  # noqa: S311 -- a test's luck
    rows = []
    for firm in range(count):
        brand = "".join(chr(0x5000 + luck.randrange(6000)) for _ in range(3))
        street = f"解放路{luck.randrange(1, 900)}号{luck.randrange(1, 30)}层{luck.randrange(100, 900)}室"
        for record in range(large if firm == 0 else 2):
            rows.append(
                {
                    "rid": f"{firm}-{record}",
                    "name": f"潍坊{brand}商贸有限公司",
                    "code": None if luck.random() < 0.1 else f"9137{firm:06}{firm * 7919:08}",
                    "phone": f"133{luck.randrange(10**8):08}",
                    "address": street if luck.random() < 0.5 else None,
                }
            )
    return pl.DataFrame(rows)


def test_the_values_of_one_large_customer_are_found() -> None:
    encoded = encode(firms(400), FIRMS)
    values = of_one_customer(encoded.columns)
    found = [column.name for column, many in zip(encoded.columns, values, strict=True) if many.size]
    assert sorted(found) == ["address", "code", "name"]
    assert all(many.size <= 1 for many in values)
    part = thinned(encoded, values)
    assert encoded.height - 400 < part.height <= encoded.height - 400 + KEPT
    assert max(column.counts.max() for column in part.columns) <= KEPT
    assert not any(many.size for many in of_one_customer(encode(firms(2), FIRMS).columns))


def test_a_firm_of_hundreds_of_numbers_does_not_keep_others_apart() -> None:
    """It had half of all pairs that agree on a name, and strangers seemed to share names as often as codes."""
    found = resolve(firms(400), FIRMS)
    members = found.members.with_columns(firm=pl.col("record_id").str.split("-").list.first())
    whole = members.group_by("firm").agg(pl.col("cluster").n_unique()).filter(pl.col("cluster") == 1)
    assert whole.height >= 290
    assert "0" in whole["firm"].to_list()


def test_three_customers_of_a_tenth_of_a_small_table_each_do_not_leave_it_without_anything_to_learn_from() -> None:
    """More than two in a hundred pairs agreed on every fact, and none was taken to tell customers apart."""
    records = firms(2)
    large = records.filter(pl.col("rid").is_in(["0-0", "1-0", "2-0"])).drop("phone")
    more = large.join(pl.DataFrame({"copy": range(90)}), how="cross")
    more = more.with_columns(rid=pl.col("rid") + "-" + pl.col("copy").cast(pl.String), phone=pl.lit(None, pl.String))
    found = resolve(pl.concat([records, more.select(records.columns)]), FIRMS)
    assert sum(fact.own[0] for fact in found.model.facts) > 0
    members = found.members.with_columns(firm=pl.col("record_id").str.split("-").list.first())
    whole = members.group_by("firm").agg(pl.col("cluster").n_unique()).filter(pl.col("cluster") == 1)
    assert whole.height >= 290
    assert {"0", "1", "2"} <= set(whole["firm"])
