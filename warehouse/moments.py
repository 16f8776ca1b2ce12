"""Times as the state keeps them: UTC, ISO 8601, always the same length, so that text sorts as time does."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present, with its time zone."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """Give a moment as it is kept."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Give back what `as_text` wrote, with its time zone."""
    return datetime.fromisoformat(text).astimezone(UTC)
