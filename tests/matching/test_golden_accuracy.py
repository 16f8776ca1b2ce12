"""How often golden values are the true ones, for invented people whose truth is known.

Only what some record gives can be golden, so only customers are counted for whom one gives the truth. A change of the
rules that makes golden values worse fails here.
"""

import polars as pl
import pytest

from matching.customers.survivorship import survive
from matching.facts.standardising import standardise
from matching.frames import LANDED
from pipelines.demo.channels import BSS, PERSON_CHANNELS, Channel
from pipelines.demo.population import Population, make_population
from pipelines.demo.telling import person_records
from tests.matching.telling import DELIVERED, crosswalk

PEOPLE, SEED = 1500, 5


def landed(population: Population, channel: Channel) -> pl.DataFrame:
    """Give what a channel told, as it is landed, and which person it was."""
    nothing = pl.lit(None, pl.String)
    told = {
        "subscription_status": _status() if channel is BSS else nothing,
        "name": pl.col("name"),
        "id_number": pl.col("id_number"),
        "mobile": nothing if channel is BSS else pl.col("mobile_told"),
        "service_number": pl.col("service_number") if channel is BSS else nothing,
        "address": pl.col("address") if channel.addresses else nothing,
        "email": pl.col("email") if channel.emails else nothing,
        "birth_date": pl.col("birth_date").cast(pl.String) if channel.birthdays else nothing,
    }
    return person_records(population, channel, SEED).select(
        "entity",
        "happened_at",
        feed=pl.lit(channel.feed),
        source_id=pl.int_range(pl.len()).cast(pl.String),
        seen_at=pl.lit(DELIVERED),
        **told,
    )


def _status() -> pl.Expr:
    """A number that its customer gave up is that of a closed subscription."""
    is_former = pl.col("service_number").eq_missing(pl.col("former_mobile"))
    return pl.when(is_former).then(pl.lit("closed")).otherwise(pl.lit("active"))


@pytest.fixture(scope="module")
def compared() -> pl.DataFrame:
    """Persons with their true values, the golden ones (`golden_…`) and all that records gave (`given_…`)."""
    population = make_population(PEOPLE, SEED)
    told = pl.concat([landed(population, channel) for channel in (*PERSON_CHANNELS, BSS)])
    told = told.with_columns(record_id=pl.format("{}:{}", "feed", "source_id"), versions=pl.lit(1, pl.Int64))
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in LANDED.items() if name not in told.columns]
    records = standardise(told.with_columns(missing).with_columns(first_seen_at="seen_at"))
    person_of = dict(told.select("record_id", "entity").iter_rows())
    golden = survive(records, crosswalk(person_of)).customers
    values = ("name", "id_number", "birth_date", "email")
    given = (
        records.with_columns(entity=pl.col("record_id").replace_strict(person_of))
        .group_by("entity")
        .agg(
            *(pl.col(name).drop_nulls().unique().alias(f"given_{name}") for name in values),
            given_mobile=pl.col("mobiles").explode(empty_as_null=True).drop_nulls().unique(),
        )
    )
    return population.persons.join(given, on="entity").join(
        golden.select("customer_id", *(pl.col(name).alias(f"golden_{name}") for name in (*values, "mobile"))),
        left_on="entity",
        right_on="customer_id",
    )


@pytest.mark.parametrize(
    ("attribute", "truths", "at_least"),
    [
        ("name", ["name"], 0.99),
        ("id_number", ["id_number"], 1.0),
        ("birth_date", ["birth_date"], 1.0),
        ("email", ["email"], 0.99),
        ("mobile", ["mobile", "second_mobile"], 0.98),
    ],
)
def test_golden_values_are_the_true_ones(
    compared: pl.DataFrame, attribute: str, truths: list[str], at_least: float
) -> None:
    attainable = pl.any_horizontal(pl.col(f"given_{attribute}").list.contains(pl.col(truth)) for truth in truths)
    right = pl.any_horizontal(pl.col(f"golden_{attribute}") == pl.col(truth) for truth in truths)
    counted = compared.filter(attainable).select(right.fill_null(value=False)).to_series()
    assert counted.len() > PEOPLE / 10
    share = counted.mean()
    assert isinstance(share, float)
    assert share >= at_least
