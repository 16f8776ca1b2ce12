"""Customers: clusters become customers with ids that last, and each customer gets its golden values."""

import dagster as dg
import polars as pl

from matching.customers.churn import gate
from matching.customers.households import find_households
from matching.customers.identity import assign
from matching.policy import NUMBERS
from pipelines.assets.describing import FRAME, OWNER, POOL, frame
from pipelines.churn_report import write_changes
from pipelines.failing import told_plainly
from pipelines.hub import Hub
from pipelines.progress import tell
from warehouse import state
from warehouse.judgements.planned import not_carried_out
from warehouse.published.before import before_run
from warehouse.reuse.golden import golden as choose_golden

CONFIRM = "customer-hub run --confirm-churn (on the page: confirm_churn of the resource hub)"
"""How somebody who has looked at the changes says that they may be published."""


@dg.multi_asset(
    group_name="customers",
    pool=POOL,
    outs={
        "crosswalk": frame("Which customer each record belongs to, and since which run."),
        "customer_redirects": frame("Where each customer id that is no longer in use leads, in one step."),
        "customer_changes": frame("The customer ids that this run does not simply keep: merged, split, new, gone."),
    },
)
@told_plainly
def identities(hub: Hub, clusters: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Give every cluster a customer id: the one it had, or a new one; ids that lose redirect for ever."""
    before = before_run(hub.home_path, corrected=not_carried_out(hub.home_path, until=hub.occasion.at))
    assigned = assign(
        clusters,
        before.crosswalk,
        before.redirects,
        run_id=hub.run_id,
        secret=state.secret(hub.home_path),
        remembered=before.remembered,
        published=before.published,
    )
    tell(assigned.churn.says)
    report = write_changes(hub.home_path, hub.run_id, assigned.churn.changes, keep=hub.keep)
    gate(
        assigned.churn,
        NUMBERS.identity.changed_share,
        at_least=NUMBERS.identity.changed_at_least,
        confirmed=hub.confirm_churn,
        how=f" ({report}), then confirm it with {CONFIRM}",
    )
    return assigned.crosswalk, assigned.redirects, assigned.churn.changes


@dg.multi_asset(
    group_name="customers",
    pool=POOL,
    outs={
        "customers": frame("The golden customers: one row a customer, each value the best any channel has."),
        "lineage": frame("Where each golden value came from: record and the preference that decided."),
    },
)
@told_plainly
def golden(
    hub: Hub, records: pl.DataFrame, crosswalk: pl.DataFrame, customer_redirects: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Choose the values that survive, by the preferences in `matching/policy.py`."""
    tell("choosing golden values")
    pins = state.pins(hub.home_path, customer_redirects, until=hub.started_at)
    if refused := state.pins_set_aside(hub.home_path, customer_redirects, until=hub.started_at).height:
        tell(f"{refused:,} value(s) set by stewards cannot be used and are set aside; the desk's overview names them")
    survived = choose_golden(hub.home_path, records, crosswalk, pins, rebuild=hub.rebuild)
    return survived.customers, survived.lineage


@dg.asset(group_name="customers", owners=[OWNER], kinds=set(FRAME), pool=POOL)
@told_plainly
def households(records: pl.DataFrame, crosswalk: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Persons who share a home: one row a customer and household."""
    return find_households(records, crosswalk, customers)
