"""The overview: how much waits, how fast it is answered, how right the customers are, how good the feeds are."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from matching.customers.setting import PINNABLE
from matching.judgements.agreeing import Agreement
from stewardship import charting
from stewardship.access.gates import requires
from stewardship.access.visitors import TheVisitor
from stewardship.desk import InForce, TheDesk
from stewardship.feed_titles import feed_title
from stewardship.pages import page
from stewardship.wording import Language, Say, spoken
from warehouse import duck, state
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk.agreed import agreed
from warehouse.desk.samples import Correctness, answered, correctness
from warehouse.desk.work import Work, shares, work
from warehouse.moments import today
from warehouse.queries.serving import Snapshot

router = APIRouter()

CHANNELS: Final = duck.statements("queries/customers_by_channels")
QUALITY: Final = duck.statements("queries/quality_of_feeds")
TREND: Final = duck.statements("queries/trend_of_feeds")
RUNS: Final = duck.statements("queries/last_runs")


@dataclass(frozen=True)
class Panel:
    """A chart and the line that explains it."""

    key: str
    says: str
    charts: tuple[tuple[str, str], ...]  # (what it is about, SVG)
    note: str = ""


@router.get("/overview")
def overview(
    request: Request,
    desk: TheDesk,
    snapshot: InForce,
    visitor: TheVisitor,
    who: Annotated[User, requires(Role.VIEWER)],
) -> HTMLResponse:
    """Show how the work, the customers and the feeds stand."""
    at = desk.now()
    with state.reading(desk.home) as connection:
        now = work(connection, at)
        did = [each for each in shares(connection, at) if _may_see(who, each.who)]
    told = known(desk.home, snapshot, answered(desk.home))
    agreeing = agreed(desk.home)
    t = spoken(visitor.language)
    return page(
        request,
        "overview.html",
        work=now,
        told=told,
        shares=did,
        stewards=[each for each in agreeing if each.who is None or _may_see(who, each.who)],
        panels=[
            *_of_work(t, now),
            *_of_correctness(t, told, visitor.language),
            *_of_agreement(t, agreeing, told),
            *_of_customers(t, snapshot),
            *_of_feeds(t, snapshot, visitor.language),
        ],
        runs=snapshot.dicts(RUNS),
        aside=state.pins_set_aside(desk.home).to_dicts(),
        pinnable=PINNABLE,
        due=state.pins_due(desk.home, today(at)),
    )


@lru_cache(maxsize=4)
def known(home: Path, snapshot: Snapshot, answers: tuple[int, int]) -> Correctness | None:
    """Give how right the customers of a snapshot are; worked out again when answers have come."""
    return correctness(home, snapshot)


def _of_work(t: Say, now: Work) -> list[Panel]:
    ages = [
        (t("age_days", low=low, high=high) if high else t("age_more", low=low), float(count))
        for low, high, count in now.waiting
    ]
    hours = [(hour, float(count)) for hour, count in now.by_hour if count] or [(now.by_hour[-1][0], 0.0)]
    return [
        Panel("queue_age", t("queue_age_says", count=now.open), (("", charting.bars(t("queue_age"), ages)),)),
        Panel(
            "by_hour",
            t("by_hour_says", count=now.decided, stewards=now.stewards),
            (("", charting.bars(t("by_hour"), hours)),),
        ),
    ]


def _of_correctness(t: Say, told: Correctness | None, language: Language) -> list[Panel]:
    if told is None or not told.estimates:
        return []

    def name(feed: str | None) -> str:
        return feed_title(feed, language) if feed else t("all_feeds")

    whole = told.estimates[0]
    panels = []
    for measure, more in (("precision", whole.halving_precision), ("recall", whole.halving_recall)):
        rows = [(name(one.feed), getattr(one, measure)) for one in told.estimates]
        interval = rows[0][1]
        low, high = f"{interval.low:.1%}", f"{interval.high:.1%}"
        if whole.answers:
            says = t(f"{measure}_says", low=low, high=high, count=whole.answers)
            unreachable = t("not_halved")
        else:
            says, unreachable = t(f"{measure}_expected", low=low, high=high), ""
        note = t("halved_by", count=more) if more else unreachable
        panels.append(Panel(measure, says, (("", charting.intervals(t(measure), rows)),), note))
    return panels


def _of_agreement(t: Say, agreeing: list[Agreement], told: Correctness | None) -> list[Panel]:
    rows = [(t("as_known"), agreeing[0].right)] if agreeing else []
    if told is not None and told.agreement is not None:
        rows.append((t("as_model", count=told.known), told.agreement))
    if not rows:
        return [Panel("steward_agreement", t("no_agreement_yet"), ())]
    says = t("agreement_says", count=f"{agreeing[0].answers if agreeing else 0:,}")
    return [Panel("steward_agreement", says, (("", charting.intervals(t("steward_agreement"), rows)),))]


def _may_see(who: User, steward: str) -> bool:
    """Say whether a user may see how far a steward agrees: everybody himself, senior stewards everybody."""
    return who.name == steward or who.role.may(Role.SENIOR)


def _of_customers(t: Say, snapshot: Snapshot) -> list[Panel]:
    rows = [(t("channels_count", count=count), float(str(many))) for count, many in snapshot.rows(CHANNELS)]
    return [Panel("by_channels", t("by_channels_says"), (("", charting.bars(t("by_channels"), rows)),))]


def _of_feeds(t: Say, snapshot: Snapshot, language: Language) -> list[Panel]:
    quality = [(feed_title(str(feed), language), 100 * float(str(share))) for feed, share in snapshot.rows(QUALITY)]
    days: dict[str, list[tuple[str, float]]] = {}
    for feed, day, share in snapshot.rows(TREND):
        days.setdefault(str(feed), []).append((str(day), 100 * float(str(share))))
    trends = tuple(
        (title := feed_title(feed, language), charting.trend(f"{title}: {t('trend')}", points))
        for feed, points in days.items()
        if len(points) > 1
    )
    return [
        Panel("feed_quality", t("feed_quality_says"), (("", charting.bars(t("feed_quality"), quality, unit=" %")),)),
        Panel("trend", t("trend_says"), trends),
    ]
