"""Frames between assets: one Parquet file an asset, written aside and swapped in, described for Dagster's page."""

import os
from pathlib import Path
from typing import Final

import dagster as dg
import polars as pl
from pydantic import PrivateAttr

from warehouse.published.meanings import meanings

PERSONAL: Final = frozenset(
    [
        "name",
        "nickname",
        "username",
        "surname",
        "name_pinyin",
        "id_number",
        "id_last4",
        "birth_date",
        "mobile",
        "mobiles",
        "contact_phone",
        "caller_number",
        "service_number",
        "fixed_line",
        "fixed_lines",
        "masked_mobiles",
        "email",
        "address",
        "raw",
        "value",
        "value_l",
        "value_r",
        "evidence",
        "account_no",
        "device",
    ]
)
"""Columns that never reach Dagster's metadata, with or without `_raw`."""
FOUND_BY_CHECKS: Final = "quality_results"
"""The table whose rows landed feeds and the candidate give: what their checks found."""
GROUP: Final = 2**17
"""Rows that are written as one group."""


def table_of(key: dg.AssetKey) -> str:
    """Name the published table whose columns the frame of an asset has; there may be none of that name."""
    return FOUND_BY_CHECKS if key.path[0] in {"landed", "candidate"} else key.path[-1]


def sample(frame: pl.DataFrame, rows: int = 5) -> str:
    """Show a frame's first rows as a Markdown table, without the columns that hold personal data."""
    shown = [column for column in frame.columns if column.removesuffix("_raw") not in PERSONAL][:12]
    texts = frame.select(shown).head(rows).rows()
    lines = ["| " + " | ".join(shown) + " |", "|" + " --- |" * len(shown)]
    lines += ["| " + " | ".join("" if value is None else str(value) for value in row) + " |" for row in texts]
    return "\n".join(lines)


class ParquetFrames(dg.ConfigurableIOManager):
    """Keeps the latest frame of each asset in `lake/frames/<asset>.parquet`, and what this process wrote at hand."""

    home: str
    _written: dict[Path, tuple[tuple[int, int], pl.DataFrame]] = PrivateAttr(default_factory=dict)

    def path(self, key: dg.AssetKey) -> Path:
        """Give the file of an asset's frame."""
        return Path(self.home) / "lake" / "frames" / f"{'__'.join(key.path)}.parquet"

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Write the frame whole or not at all, and tell Dagster its rows, columns and a sample."""
        path = self.path(context.asset_key)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".aside")
        obj.write_parquet(aside, compression="uncompressed", statistics=False, row_group_size=_together(obj))
        os.replace(aside, path)
        self._written[path] = _identity(path), obj
        says = meanings(table_of(context.asset_key))
        columns = [dg.TableColumn(name, str(dtype), says.get(name)) for name, dtype in obj.schema.items()]
        context.add_output_metadata(
            {
                "dagster/row_count": obj.height,
                "dagster/column_schema": dg.TableSchema(columns),
                "sample": dg.MetadataValue.md(sample(obj)),
            }
        )

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """Read the latest frame of the upstream asset."""
        path = self.path(context.asset_key)
        identity, frame = self._written.get(path, (None, None))
        if frame is None or identity != _identity(path):
            return pl.read_parquet(path, memory_map=False)
        return frame


def _together(frame: pl.DataFrame) -> int:
    """Give how many rows are best written as one group: few, whose values are soon looked through for equal ones.

    Where a chunk is cut, its lists of structs (the evidence of pairs) are encoded whole for each group.
    """
    has_evidence = any(isinstance(dtype, pl.List) and dtype.inner == pl.Struct for dtype in frame.dtypes)
    return max(1, *frame.to_series(0).chunk_lengths()) if has_evidence else GROUP


def _identity(path: Path) -> tuple[int, int]:
    """Give what is another when a file was written anew."""
    told = path.stat()
    return told.st_ino, told.st_mtime_ns
