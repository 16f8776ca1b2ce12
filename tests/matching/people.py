"""Invented people with errors, and the truth about them, for tests of the engine."""

import random

import polars as pl

from matching.fieldspec import FieldSpec, read_fields

GIVEN = ["anna", "boris", "clara", "david", "edith", "felix", "greta", "henry", "irene", "jonas", "karla", "louis"]
FAMILY = ["ackermann", "bergstrom", "castellan", "dubrovsky", "eisenhart", "fairweather", "goldberg", "hollister"]
PEOPLE: FieldSpec = read_fields(
    {
        "id": "rid",
        "fields": {
            "given": "given_name",
            "family": "family_name",
            "born": "birth_date",
            "town": "place",
            "phones": "phone",
        },
    }
)


def people(count: int, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give records (one to three a person, some with slips and gaps) and the truth."""
    luck = random.Random(seed)  # noqa: S311 -- a test's luck
    rows, truth = [], []
    for person in range(count):
        told = {
            "given": luck.choice(GIVEN) + str(luck.randrange(30)),
            "family": luck.choice(FAMILY) + str(luck.randrange(60)),
            "born": f"{luck.randrange(1930, 2005)}-{luck.randrange(1, 13):02}-{luck.randrange(1, 29):02}",
            "town": f"town {luck.randrange(40)}",
            "phones": [f"1{luck.randrange(10**9):09}" for _ in range(luck.choice((1, 1, 2)))],
        }
        for _ in range(luck.choice((1, 2, 3))):
            row = dict(told)
            slip = luck.choice(("given", "family", "born", "none", "none"))
            if slip != "none":
                at = luck.randrange(1, len(row[slip]) - 1)
                row[slip] = row[slip][:at] + "x" + row[slip][at + 1 :]
            if luck.random() < 0.2:
                row["town"] = None
            rid = f"r{len(rows):05}"
            rows.append({"rid": rid, **row})
            truth.append({"rid": rid, "entity": f"e{person}"})
    return pl.DataFrame(rows), pl.DataFrame(truth)
