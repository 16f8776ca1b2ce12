"""How far stewards agree, from what they said of questions whose answer was known."""

from pathlib import Path
from typing import Final

import polars as pl

from matching.judgements.agreeing import KNOWN_ANSWERS, Agreement, agreements
from warehouse.state import reading

SAID: Final = """
SELECT item_id, who, verdict, known
FROM decision_states
WHERE known IS NOT NULL AND verdict <> 'undo' AND state <> 'undone'
ORDER BY item_id, who
"""


def agreed(home: Path) -> list[Agreement]:
    """Give how far all stewards agree, then each by himself; nothing before the first such answer."""
    with reading(home) as state:
        rows = state.execute(SAID).fetchall()
    return agreements(pl.DataFrame(rows, schema=dict(KNOWN_ANSWERS), orient="row"))
