"""One run of the whole way, in this process, through Dagster: what `customer-hub run` and `demo` do."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import polars as pl

from connectors.ledger import Ledger
from matching.policy import NUMBERS
from pipelines.failing import DEFECT, DISK_IS_FULL, no_room
from pipelines.instance import open_instance
from pipelines.interrupting import hearing
from pipelines.progress import stopwatch
from warehouse import state
from warehouse.published import snapshots

CONSOLE_IS_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

STOPPED = re.compile(r"feed ([a-z][a-z0-9_]*), ")
"""How a feed's error begins; see `FeedError`."""
NAMED = 3
"""Rows of a failed check that are named one by one: enough to look one up."""
_SEVERITIES = {dg.AssetCheckSeverity.ERROR: "critical", dg.AssetCheckSeverity.WARN: "warning"}
INTERRUPTED = "Interrupted: what was landed stays landed, and the next run goes on from there."


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    succeeded: bool
    problems: tuple[str, ...]
    extracts: pl.DataFrame
    before: Path | None
    after: Path | None
    seconds: float
    set_aside: pl.DataFrame
    """Values set by stewards (PINS) that the run could not use."""

    @property
    def published(self) -> bool:
        """Whether a new snapshot is in force."""
        return self.after is not None and self.after != self.before

    @property
    def stopped_feeds(self) -> list[str]:
        """The feeds whose extracts could not be understood."""
        return [said[1] for said in map(STOPPED.match, self.problems) if said]


def run(  # noqa: PLR0913 (what one can ask of a run)
    home: Path,
    *,
    without: Sequence[str] = (),
    accept_shrunken: Sequence[str] = (),
    keep: int = NUMBERS.history.snapshots,
    rebuild: bool = False,
    train: bool = False,
    confirm_churn: bool = False,
) -> Outcome:
    """Land, match, audit and publish; the environment says where (see `pipelines.hub`)."""
    from pipelines.assets.landing import FEEDS  # noqa: PLC0415 (reads the environment, so it must come late)
    from pipelines.definitions import HUB, defs  # noqa: PLC0415
    from pipelines.hub import require_known  # noqa: PLC0415

    known = [feed.name for feed in FEEDS]
    require_known("--without", without, among=known)
    require_known("--accept-shrunken", accept_shrunken, among=known)
    logging.getLogger("dagster").addHandler(logging.NullHandler())  # what went wrong is told by `problems`
    seconds = stopwatch()
    before = snapshots.current(home)
    taken = set(Ledger(home).extracts()["extract_id"])
    with state.kept_open(home), open_instance(home) as instance, hearing() as somebody_asked_to_end:
        result = defs.resolve_job_def("publish_customers").execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config=CONSOLE_IS_QUIET,
            resources={
                "hub": HUB.asked(
                    without=without,
                    accept_shrunken=accept_shrunken,
                    keep=keep,
                    rebuild=rebuild,
                    train=train,
                    confirm_churn=confirm_churn,
                )
            },
        )
        interrupted = not result.success and somebody_asked_to_end()
    extracts = Ledger(home).extracts()
    return Outcome(
        succeeded=result.success,
        problems=tuple(told_of(result.all_events, interrupted=interrupted)),
        extracts=extracts.filter(~pl.col("extract_id").is_in(list(taken))),
        before=before,
        after=snapshots.current(home),
        seconds=seconds(),
        set_aside=state.pins_set_aside(home),
    )


def told_of(events: Sequence[dg.DagsterEvent], *, interrupted: bool) -> list[str]:
    """Give the problems of a run; what breaks under somebody's Ctrl-C is no defect."""
    said = problems(events)
    if not interrupted:
        return said
    return list(dict.fromkeys([INTERRUPTED, *(one for one in said if not one.startswith(DEFECT))]))


def problems(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """Say in words what went wrong: the message of each failed step, and each failed check."""
    said = []
    for event in events:
        if event.event_type in {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}:
            said.append(failure(event))
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed:
                said.append(f"{_SEVERITIES[check.severity]} {check.check_name}: {check.description}{_where(check)}")
    return list(dict.fromkeys(filter(None, said)))


def _where(check: dg.AssetCheckEvaluation) -> str:
    """Say of which asset a check failed, of how many rows, and name the first of them: one line stays one line."""
    told = {name: each.value for name, each in check.metadata.items()}
    ids = str(told["rows"]).split(", ") if "rows" in told else []
    count = max(int(str(told.get("bad rows") or 0)), len(ids))
    more = f" and {count - NAMED:,} more; all: table quality_results or findings" if count > NAMED else ""
    rows = f": {', '.join(ids[:NAMED])}{more}" if ids else ""
    return f" ({check.asset_key.path[-1]}{rows})"


def failure(event: dg.DagsterEvent) -> str:
    """Give the message meant for people: of our own error if there is one below, else what Dagster says."""
    data = event.event_specific_data
    user = getattr(data, "user_failure_data", None)
    if user is not None and user.description:
        return str(user.description)
    error = getattr(data, "error", None)
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return ""
    if error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
        return INTERRUPTED
    message = str(error.message).strip()
    return no_room() if DISK_IS_FULL.search(message) else message.split(": ", 1)[-1]
