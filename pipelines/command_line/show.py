"""What the command line prints: progress while a run works, a table when it is done, where to look next."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import polars as pl
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from matching.customers.churn import says
from matching.customers.customer_ids import spell
from matching.errors import CustomerHubError
from matching.judgements.evaluating import evaluate
from pipelines.locking import a_run_is_at_work
from pipelines.progress import listening
from warehouse import state
from warehouse.judgements.restoring import RESTORES
from warehouse.published import snapshots
from warehouse.published.manifests import read_manifest
from warehouse.published.reading import count_rows, read_table

if TYPE_CHECKING:
    from connectors.trying import Tried
    from pipelines.demo.extracts import Demo
    from pipelines.runs import Outcome
    from warehouse.judgements.corrections import Preview
    from warehouse.judgements.restoring import Restored
    from warehouse.queries.life import Life

COUNTED = ("records", "customers", "review_queue")
SHOWN_OF_CUSTOMERS = ("name", "id_number", "mobile", "birth_date", "address", "record_count")
MOST_NAMED = 20
"""Values set aside that are named one by one."""
FEED_COLUMNS = ("rows_read", "records", "rejects", "new", "changed", "unchanged")


@contextmanager
def progress(console: Console) -> Iterator[None]:
    """Show every line a run tells with the seconds so far; on a terminal also what it is at."""
    start = time.monotonic()
    with console.status("starting") as status:

        def say(message: str) -> None:
            console.print(f"[dim]{time.monotonic() - start:6.1f} s[/]  {escape(message)}", soft_wrap=True)
            status.update(escape(message))

        with listening(say):
            yield


def problem(console: Console, message: str) -> None:
    """Show a mistake that somebody can mend."""
    console.print("[bold red]✗[/] ", end="")
    console.print(message, markup=False, soft_wrap=True)


def outcome(console: Console, done: "Outcome") -> None:
    """Show what a run took, published and left in force."""
    if done.extracts.height:
        console.print(extracts_table(done.extracts))
    for said in done.problems:
        problem(console, said)
    set_aside(console, done.set_aside)
    if not done.succeeded:
        in_force = f"{done.after.stem} stays in force" if done.after else "nothing is published yet"
        console.print(f"[bold red]Nothing was published; {in_force}.[/] ({done.seconds:.0f} s)")
        if done.stopped_feeds:
            without = " ".join(f"--without {feed}" for feed in done.stopped_feeds)
            console.print(f"The same command with {without} goes on with what the other feeds delivered.")
        return
    if not done.published or done.after is None:
        in_force = f"[bold]{done.after.stem}[/] stays in force" if done.after else "nothing is published yet"
        console.print(f"Nothing new: {in_force}. ({done.seconds:.0f} s)")
        return
    counts = count_rows(done.after, *COUNTED)
    console.print(
        f"[bold green]Published {done.after.stem}[/]: {counts['records']:,} records are "
        f"[bold]{counts['customers']:,} customers[/]; "
        f"{counts['review_queue']:,} questions wait for a steward. ({done.seconds:.0f} s)"
    )


def set_aside(console: Console, pins: pl.DataFrame) -> None:
    """Name the values set by stewards that no run can use, by customer and attribute, never the values."""
    if pins.is_empty():
        return
    console.print(
        f"[bold yellow]![/] {pins.height:,} value(s) set by stewards could not be used and decided nothing; "
        "expected values that their attributes can hold. What to do: set them right, or let the rules decide again, on "
        "the customer's page:",
        soft_wrap=True,
    )
    for customer_id, attribute, who in pins.select("customer_id", "attribute", "pinned_by").head(MOST_NAMED).rows():
        console.print(f"  {spell(customer_id)} {attribute}, set by {who}", soft_wrap=True, markup=False)
    if pins.height > MOST_NAMED:
        console.print(f"  and {pins.height - MOST_NAMED:,} more")


def extracts_table(extracts: pl.DataFrame) -> Table:
    """Lay out what was taken: a line a feed, and the sum."""
    by_feed = extracts.group_by("feed").agg(pl.len().alias("files"), pl.col(FEED_COLUMNS).sum()).sort("feed")
    total = by_feed.select(pl.lit("all").alias("feed"), pl.exclude("feed").sum())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in by_feed.columns:
        table.add_column(name.replace("_", " "), no_wrap=True, justify="left" if name == "feed" else "right")
    for row in by_feed.rows():
        table.add_row(row[0], *(f"{value:,}" for value in row[1:]))
    table.add_section()
    table.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in total.row(0)))
    return table


def tried(console: Console, done: "Tried") -> None:
    """Show what a run would make of an extract: its columns, then what is wrong, commonest first; no values."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("column", "fills", "filled", "values", "looks like"):
        table.add_column(name, justify="right" if name in {"filled", "values"} else "left", overflow="fold")
    for column, fills, filled, values, looks in done.columns.iter_rows():
        table.add_row(Text(column), fills, f"{filled:,}", f"{values:,}", Text("   ".join(looks)))
    console.print(table)
    for note in done.notes:
        console.print(note, soft_wrap=True, markup=False)
    for what, found in (("reject", done.rejects), ("finding", done.findings)):
        for rule, reason, rows, lines in found.iter_rows():
            where = (
                f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}{', …' if rows > len(lines) else ''}"
            )
            console.print(f"{rows:,} × {what} {rule}: {reason} ({where})", soft_wrap=True, markup=False)
    rejects = int(done.rejects["rows"].sum())
    console.print(
        f"{done.records + rejects:,} rows would be {done.records:,} records and {rejects:,} rejects. Nothing was taken."
    )


def status(console: Console, home: Path) -> None:
    """Show the snapshot in force, the kept ones and whether a run is at work."""
    published = snapshots.current(home)
    at_work = a_run_is_at_work(home)
    if published is None:
        what_to_do = "A run is at work." if at_work else f"customer-hub run --home {quote(str(home))} publishes."
        console.print(f"{home}: nothing is published yet. {what_to_do}", soft_wrap=True, markup=False)
        return
    table = Table("snapshot", *(name.replace("_", " ") for name in COUNTED), "in force", box=box.SIMPLE_HEAD)
    for path in snapshots.snapshots(home):
        counts = count_rows(path, *COUNTED)
        table.add_row(
            path.stem,
            *(f"{counts[name]:,}" for name in COUNTED),
            "●" if path.stem == published.stem else "",
        )
    console.print(table)
    manifest = read_manifest(published)
    if restored := manifest.get(RESTORES):
        console.print(f"Rolled back: in force are the customers of {restored}.")
    if churn := manifest.get("churn"):
        console.print(
            f"{says(churn).capitalize()}; {home / 'reports' / 'churn'} lists them run by run.",
            soft_wrap=True,
            markup=False,
        )
    set_aside(console, state.pins_set_aside(home))
    if at_work:
        console.print("A run is at work.")


def preview(console: Console, seen: "Preview") -> None:
    """Show what a correction will do: whose the records will be, and the golden values before and after."""
    records = Table("record", "customer now", "customer then", box=box.SIMPLE_HEAD)
    for record_id, before, after in seen.records.iter_rows():
        records.add_row(Text(record_id), spell(before), spell(after) if after != before else "stays")
    console.print(records)
    values = Table("customer", "", *map(_heading, SHOWN_OF_CUSTOMERS), box=box.SIMPLE_HEAD)
    for when, customers in (("now", seen.customers_before), ("then", seen.customers_after)):
        for row in customers.select("customer_id", *SHOWN_OF_CUSTOMERS).iter_rows():
            values.add_row(spell(row[0]), when, *(Text("" if value is None else str(value)) for value in row[1:]))
    console.print(values)
    console.print(f"{seen.says}.", soft_wrap=True, markup=False)


def _heading(column: str) -> str:
    return column.replace("_", " ")


def life(console: Console, told: "Life", *, as_json: bool) -> None:
    """Tell a customer's life, run by run, or give it as JSON."""
    if as_json:
        in_escapes = not console.encoding.lower().startswith("utf")  # else a terminal's `?` would stand for characters
        laid_out = json.dumps(asdict(told), ensure_ascii=in_escapes, indent=1, default=str)
        console.print(laid_out, soft_wrap=True, markup=False)
        return
    leads = f" leads to {spell(told.leads_to)}" if told.leads_to else " leads to nobody"
    console.print(f"[bold]{spell(told.customer_id)}[/]{' is in force' if told.in_force else leads}")
    for run_id, events in groupby(told.events, key=lambda event: event.run_id):
        of_run = list(events)
        back = " [yellow](rolled back later)[/]" if of_run[0].taken_back else ""
        console.print(f"\n[bold]{of_run[0].at:%Y-%m-%d %H:%M}[/] {run_id}{back}")
        for event in of_run:
            console.print(f"  {event.says}", soft_wrap=True, markup=False)
            if event.why:
                console.print(f"    why: {event.why}", soft_wrap=True, markup=False)
    if told.ids_that_lead_here:
        console.print(f"\nIds that lead here: {', '.join(map(spell, told.ids_that_lead_here))}", soft_wrap=True)


def rollback(console: Console, done: "Restored") -> None:
    """Say whose customers are in force again and what that took back."""
    took_back = f" Taken back: {', '.join(done.taken_back)}." if done.taken_back else ""
    console.print(
        f"In force now: [bold]{done.path.stem}[/], the customers of {done.run}.{took_back} "
        "Every id published since leads to them or to nobody. The next run publishes the present state again.",
        soft_wrap=True,
    )


def demo(console: Console, home: Path, made: "Demo") -> None:
    """Say how right the demo's customers are, where its results are, and what to try."""
    current = home / "warehouse" / "current.duckdb"
    truth = pl.read_parquet(made.truth).select(
        pl.concat_str("feed", "source_id", separator=":").alias("record_id"), "entity"
    )
    measured = evaluate(read_table(home, "crosswalk").select("record_id", cluster="customer_id"), truth)
    console.print(
        f"Against the truth of the invented people: of the pairs joined {measured['precision']:.1%} are right, "
        f"of the true pairs {measured['recall']:.1%} are found (F1 {measured['f1']:.1%})."
    )
    console.print(
        f"\nGolden table    {current}, table customers; every table and column says what it means"
        f"\nQuality report  {home / 'reports' / 'quality.html'}"
        f"\nExtracts        {made.landing}"
        f"\nTheir truth     {made.truth}"
        "\n\nTry"
        f"\n  .venv/bin/python -c \"import duckdb; duckdb.connect('{current}', read_only=True)"
        ".sql('from customer_360 limit 5').show()\""
        f"\n  .venv/bin/customer-hub status --home {quote(str(home))}"
        f"\n  .venv/bin/customer-hub user add NAME --role admin --home {quote(str(home))}      then log in at the desk:"
        f"\n  .venv/bin/customer-hub desk --home {quote(str(home))}    the stewards' desk on http://127.0.0.1:8080"
        f"\n  .venv/bin/customer-hub up --home {quote(str(home))}      Dagster's page on http://127.0.0.1:3000",
        soft_wrap=True,
        markup=False,
    )


def choose(frame: pl.DataFrame, columns: Mapping[str, str], where: str) -> pl.DataFrame:
    """Give the named columns under the names the measure wants; say which one is missing and what there is."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        message = f"{where}: expected a column {missing[0]}, found {', '.join(frame.columns)}; name it with an option"
        raise CustomerHubError(message)
    return frame.select(pl.col(name).cast(pl.String).alias(wanted) for name, wanted in columns.items())


def measures(console: Console, measured: Mapping[str, float]) -> None:
    """Show how right an outcome is."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in measured:
        table.add_column(name.replace("_", " "), justify="right")
    table.add_row(
        *(f"{value:,}" if value > 1 or isinstance(value, int) else f"{value:.2%}" for value in measured.values())
    )
    console.print(table)
