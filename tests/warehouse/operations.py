"""What is killed on the way: a merge, an unmerge, a rollback of a small hub."""

from collections.abc import Callable
from pathlib import Path

from tests.warehouse.lives import at, group
from warehouse.judgements import corrections
from warehouse.judgements.restoring import rollback
from warehouse.published.reading import read_frame

DAY = 9


def merge(home: Path) -> None:
    """Two customers are one."""
    one, other = sorted(set(read_frame(home, "crosswalk")["customer_id"]))[:2]
    found = corrections.merge(home, one, other, regroup=lambda r, j: group(r, {}, j))
    corrections.write(home, found, who="li", reason="asked", at=at(DAY))


def unmerge(home: Path) -> None:
    """The customer that was merged last is one again."""
    merged = read_frame(home, "customer_redirects").sort("since_run")["customer_id"][-1]
    found = corrections.unmerge(home, merged, regroup=lambda r, j: group(r, {}, j))
    corrections.write(home, found, who="li", reason="asked", at=at(DAY))


def roll_back(home: Path) -> None:
    """The run before is in force again."""
    rollback(home, now=at(DAY))


OPERATIONS: dict[str, Callable[[Path], None]] = {"merge": merge, "unmerge": unmerge, "rollback": roll_back}
