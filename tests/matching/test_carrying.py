"""Golden values after any change are those that all customers worked out anew would have."""

from datetime import date, datetime

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from matching.customers.carrying import Carried, fingerprints, survive_changed
from matching.customers.survivorship import sharing, survive
from matching.frames import CROSSWALK, PINS, RECORDS, conform

DAYS = [datetime(2026, 11, day) for day in (1, 2, 3)]  # noqa: DTZ001 -- frames hold times without a zone
ROWS = st.fixed_dictionaries(
    {
        "feed": st.sampled_from(["bss", "web", "agent"]),
        "entity_type": st.sampled_from(["person", "person", "organisation"]),
        "name": st.sampled_from(["王芳", "王方", "芳华科技有限公司", None]),
        "mobiles": st.lists(st.sampled_from(["13800000001", "13800000002"]), max_size=2, unique=True),
        "email": st.sampled_from(["a@b.cn", None]),
        "birth_date": st.sampled_from([date(1980, 1, 2), None]),
        "address": st.sampled_from(["浙江省杭州市西湖区文三路1号101室", "浙江省杭州市西湖区文三路1号", None]),
        "happened_at": st.sampled_from(DAYS),
        "versions": st.sampled_from([1, 2]),
        "customer_id": st.sampled_from([f"C{number}" for number in range(7)]),
        "score": st.sampled_from([1.5, 4.0, None]),
    }
)
IDS = [f"r{number:02}" for number in range(12)]
STATES = st.dictionaries(st.sampled_from(IDS), ROWS, max_size=12)
CHANGES = st.dictionaries(st.sampled_from(IDS), st.one_of(st.none(), ROWS), max_size=4)
PINNED = st.dictionaries(st.sampled_from(["C1", "C2"]), st.sampled_from(["王芳", "王小芳"]), max_size=2)


def frames(state: dict[str, dict[str, object]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = [
        {
            **dict.fromkeys(RECORDS),
            "record_id": rid,
            "source_id": rid,
            "seen_at": DAYS[2],
            "first_seen_at": DAYS[0],
            **row,
        }
        for rid, row in state.items()
    ]
    schema = {**RECORDS, **CROSSWALK}
    told = pl.DataFrame(rows, schema=schema)
    crosswalk = told.select(name for name in CROSSWALK)
    return conform(told.select(RECORDS.keys()), RECORDS, name="records"), crosswalk


def pins(pinned: dict[str, str]) -> pl.DataFrame:
    rows = [(customer, "name", value, "li", DAYS[1]) for customer, value in pinned.items()]
    return pl.DataFrame(rows, schema=dict(PINS), orient="row")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(STATES, PINNED, CHANGES, PINNED)
def test_taking_over_what_has_not_changed_comes_to_the_same(
    state: dict[str, dict[str, object]],
    pinned: dict[str, str],
    changes: dict[str, dict[str, object] | None],
    pinned_now: dict[str, str],
) -> None:
    before = survive_changed(*frames(state), None, pins=pins(pinned))
    state = {rid: row for rid, row in (state | changes).items() if row is not None}
    records, crosswalk = frames(state)
    now = survive_changed(records, crosswalk, before, pins=pins(pinned_now))
    whole = survive(records, crosswalk, pins=pins(pinned_now))
    assert_frame_equal(now.golden.customers, whole.customers, check_exact=True)
    assert_frame_equal(now.golden.lineage, whole.lineage, check_exact=True)


def test_only_customers_whose_print_has_changed_are_worked_out() -> None:
    row = {"feed": "web", "entity_type": "person", "name": "王芳", "mobiles": ["13800000001"], "versions": 1}
    state: dict[str, dict[str, object]] = {rid: {**row, "customer_id": f"C{rid}"} for rid in IDS[:4]}

    def prints(of: dict[str, dict[str, object]]) -> pl.DataFrame:
        records, crosswalk = frames(of)
        return fingerprints(records, crosswalk, sharing(records, crosswalk), pins({}))

    first = prints(state)
    named = prints(state | {IDS[0]: {**state[IDS[0]], "name": "王方"}})
    assert first.join(named, on=["customer_id", "print"], how="anti")["customer_id"].to_list() == [f"C{IDS[0]}"]
    shared = prints(state | {IDS[4]: {**row, "customer_id": "C9"}})  # the number is nobody's own any more
    assert first.join(shared, on=["customer_id", "print"], how="semi").is_empty()


def test_a_frame_of_nothing_is_carried() -> None:
    nothing = survive_changed(*frames({}), None, pins=pins({}))
    assert isinstance(nothing, Carried)
    again = survive_changed(*frames({}), nothing, pins=pins({}))
    assert again.golden.customers.is_empty()
