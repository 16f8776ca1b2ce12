"""Customers found by a part of what their records say: every customer whose records fit, and nobody else."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.lookup.directory import Directory
from matching.lookup.laying_out import lay_out
from matching.lookup.searching import FOUND_BY, READINGS, Search, words
from tests.matching.test_answering import RECORDS, laid_out, resolved

OWNERS = dict(resolved().members.select("record_id", "cluster").iter_rows())
PEOPLE = RECORDS.filter(pl.col("entity_type") == "person")
EVERYBODY = 10**6


@pytest.fixture(scope="module")
def directory() -> Directory:
    return laid_out(1)


@pytest.fixture(scope="module")
def search(directory: Directory) -> Search:
    return Search(directory)


def owners(records: pl.DataFrame) -> set[str]:
    return {OWNERS[record] for record in records["record_id"]}


def found(search: Search, text: str, by: str | None = None) -> set[str]:
    return {hit.customer_id for hit in search.find(text, limit=EVERYBODY) if by in {None, hit.found_by}}


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, PEOPLE.height - 1), cut=st.integers(0, 1))
def test_a_part_of_a_name_finds_everybody_who_bears_it(place: int, cut: int) -> None:
    name = PEOPLE["name"][place]
    if not name or not name[cut:].isalnum() or name.isascii():
        return
    bearers = owners(RECORDS.filter(pl.col("name").str.contains(name[cut:], literal=True)))
    assert found(Search(laid_out(1)), name[cut:]) >= bearers
    assert found(Search(laid_out(1)), f"{name[0]}*") >= owners(RECORDS.filter(pl.col("name").str.starts_with(name[0])))


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, RECORDS.height - 1))
def test_whole_number_and_last_four_digits_find_who_gives_it(place: int) -> None:
    numbers = RECORDS["mobiles"][place]
    if numbers is None or not len(numbers):
        return
    search, number = Search(laid_out(1)), numbers[0]
    givers = owners(RECORDS.filter(pl.col("mobiles").list.contains(number)))
    assert found(search, f"+86 {number[:3]} {number[3:7]} {number[7:]}") >= givers
    assert found(search, number[-4:]) >= givers
    first = search.find(number, limit=1)[0]
    assert first.customer_id in givers
    assert first.found_by == "phone"


def test_every_kind_of_thing_finds_its_customer(search: Search) -> None:
    told = RECORDS.filter(pl.col("id_number").is_not_null() & pl.col("address").is_not_null() & (~PINYIN_MISSING))
    row = told.row(0, named=True)
    customer = OWNERS[row["record_id"]]
    pinyin = row["name_pinyin"].replace(" ", "")
    for text in (
        customer,
        row["record_id"],
        row["source_id"].lower(),
        row["id_number"],
        row["id_number"][-4:],
        row["address"][-6:],
        pinyin,
        pinyin[:-1],
        f"{row['name']} {row['id_number'][-4:]}",
        f"{row['name'][0]}* {row['address'][-6:]}",
    ):
        assert customer in found(search, text), text
    assert found(search, f"{row['name']} 0000000") == set()


PINYIN_MISSING = pl.col("name_pinyin").is_null() | (pl.col("entity_type") != "person")


def test_firms_are_found_by_a_part_and_by_pinyin() -> None:
    firm = RECORDS.head(1).with_columns(
        record_id=pl.lit("bss:firm"), entity_type=pl.lit("organisation"), name=pl.lit("宁波市海曙信息技术有限公司")
    )
    crosswalk = resolved().members.rename({"cluster": "customer_id"})
    own = pl.DataFrame({"record_id": ["bss:firm"], "customer_id": ["FIRM"]})
    every = pl.concat([RECORDS, firm]).sort("record_id")
    firms = Search(lay_out(every, pl.concat([crosswalk, own], how="diagonal"), resolved().model))
    for text in ("信息技术", "海曙*公司", "ningboshihaishu", "海曙 有限公司"):
        assert found(firms, text, "organisation") == {"FIRM"}, text


def test_the_surest_come_first_and_no_more_than_asked_for(search: Search) -> None:
    names = PEOPLE.filter(pl.col("name").str.len_chars() == 2)["name"].value_counts(sort=True)
    name = names["name"][0]
    hits = search.find(name, limit=3)
    assert len(hits) <= 3
    assert hits[0].customer_id in owners(PEOPLE.filter(pl.col("name") == name))
    assert search.find(name, limit=3) == hits


@pytest.mark.parametrize("text", ["", "  ", "*", "?", "%", "' OR 1=1 --", "[", "(", "\\", "." * 300, "王王王王王王"])
def test_what_is_no_value_finds_nobody(search: Search, text: str) -> None:
    assert found(search, text) == set()


def test_words_are_read_as_people_write_them() -> None:
    assert words("１３８ 1234-5678") == ["13812345678"]
    assert words("+86 138 1234 5678") == ["13812345678"]
    assert words("  王　文三路 ") == ["王", "文三路"]
    assert words("王＊") == ["王*"]


def test_readings_name_facts_and_columns_of_the_directory(directory: Directory) -> None:
    for reading in READINGS:
        assert reading.column in directory.listing(reading.fact).column.values.columns
        assert reading.fact in FOUND_BY


def test_few_values_that_many_records_share_are_searched_all_the_same(directory: Directory) -> None:
    names = directory.listing("name")
    without = replace(names, ways=tuple(way for way in names.ways if way.name != "value"))
    listings = tuple(without if listing is names else listing for listing in directory.listings)
    text = next(name for name in PEOPLE["name"] if name and not name.isascii())[1:]
    assert found(Search(replace(directory, listings=listings)), text) == found(Search(directory), text)
