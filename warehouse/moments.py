"""Times as the state keeps them: UTC, ISO 8601, always the same length, so that text sorts as time does.

People read them by the operator's clock, and their day begins when it strikes midnight.
"""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""The operator's clock."""


def now() -> datetime:
    """Give the present, with its time zone."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """Give a moment as it is kept."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Give back what `as_text` wrote, with its time zone."""
    return datetime.fromisoformat(text).astimezone(UTC)


def here(moment: datetime | str) -> datetime:
    """Give a moment by the operator's clock; one without a zone is UTC."""
    told = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(ZONE)


def midnight(moment: datetime) -> datetime:
    """Give when the day of a moment began by the operator's clock."""
    return here(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def today(moment: datetime) -> date:
    """Give the day of a moment by the operator's clock."""
    return here(moment).date()
