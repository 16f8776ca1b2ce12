"""What every asset says of itself: who answers for it, what it is made with, which pool it waits for."""

from typing import Final

import dagster as dg

OWNER: Final = "team:data-engineering"
POOL: Final = "hub"
FRAME: Final = frozenset({"polars", "parquet"})


def frame(description: str) -> dg.AssetOut:
    """Describe one frame of an asset that gives several."""
    return dg.AssetOut(description=description, owners=[OWNER], kinds=set(FRAME))
