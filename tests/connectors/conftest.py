from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.discovery import Settling
from connectors.errors import FeedError
from connectors.feeds import Feed
from connectors.landing import Landing, land
from connectors.versions import read_findings, read_landed, read_rejects

NOW = datetime.fromisoformat("2026-11-06 03:00")
AT_ONCE = Settling(seconds=0)

CHANNEL_COLUMNS = {"客户编号": "key", "姓名": "name", "手机": "mobile", "日期": "date"}

FORMATS: dict[str, dict[str, Any]] = {
    "csv": {"kind": "delimited", "separator": ",", "quote": '"'},
    "pipe": {"kind": "delimited", "separator": "|", "encoding": "gb18030"},
    "jsonl": {"kind": "json_lines"},
    "xlsx": {"kind": "workbook", "skip_rows": 1},
    "parquet": {"kind": "parquet"},
    "fixed": {
        "kind": "fixed_width",
        "unit": "bytes",
        "encoding": "gb18030",
        "positions": [
            {"name": "客户编号", "start": 1, "width": 4},
            {"name": "姓名", "start": 5, "width": 8},
            {"name": "手机", "start": 13, "width": 11},
            {"name": "日期", "start": 24, "width": 8},
        ],
    },
}
ENDINGS = {"csv": "csv", "pipe": "txt", "jsonl": "jsonl", "xlsx": "xlsx", "parquet": "parquet", "fixed": "dat"}


def make_feed(of: str, **changes: Any) -> Feed:
    """Give a feed of four columns: a key, a name, a mobile number that may be missing, and a date."""
    given = {
        "name": "people",
        "title": {"en": "People", "zh": "客户"},
        "owner": "the people team",
        "key": ["客户编号"],
        "delivery": {"folder": "in", "files": f"people_{{date}}*.{ENDINGS[of]}", "mode": "delta", "full_days": [1]},
        "format": FORMATS[of],
        "columns": {
            "姓名": "name",
            "手机": {"to": "mobile", "optional": True},
            "日期": {"to": "happened_at", "formats": ["%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]},
        },
    }
    return Feed.model_validate({**given, **changes})


def text(*rows: str) -> bytes:
    """Give rows of those four columns as a CSV file."""
    return "\n".join([",".join(CHANNEL_COLUMNS), *rows, ""]).encode()


class Hub:
    """A landing folder and a home to land into."""

    def __init__(self, folder: Path) -> None:
        self.landing = folder / "landing"
        self.home = folder / "home"
        self.folder = self.landing / "in"
        self.folder.mkdir(parents=True)

    def deliver(self, format: str, data: bytes, day: str = "20261102", suffix: str = "") -> Path:
        path = self.folder / f"people_{day}{suffix}.{ENDINGS[format]}"
        path.write_bytes(data)
        return path

    def land(self, feed: Feed, judge: Callable[[pl.DataFrame], Any] | None = None) -> Landing:
        return land(feed, self.landing, self.home, judge=judge, progress=None, now=NOW, settling=AT_ONCE)

    def refused(self, feed: Feed) -> FeedError:
        with pytest.raises(FeedError) as caught:
            self.land(feed)
        return caught.value

    @property
    def landed(self) -> pl.DataFrame:
        return read_landed(self.home)

    @property
    def rejects(self) -> list[tuple[int, str]]:
        return [(line, rule) for line, rule in read_rejects(self.home).select("line", "rule").rows()]

    @property
    def findings(self) -> list[str]:
        return read_findings(self.home)["reason"].to_list()

    @property
    def rejects_raw(self) -> list[str]:
        return read_rejects(self.home)["raw"].to_list()


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)
