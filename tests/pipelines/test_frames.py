"""Frames between assets come back as they were given, in whatever groups of rows they are written."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines import frames
from pipelines.frames import ParquetFrames

PLAIN = pl.DataFrame({"record_id": [str(number) for number in range(5)], "mobiles": [["1"], [], None, ["2", "3"], []]})
EVIDENCE = pl.Series([[{"field": "name", "weight": 1.5}], [], [{"field": "phone", "weight": -0.5}], [], []])
WITH_EVIDENCE = pl.concat([PLAIN.with_columns(evidence=EVIDENCE)] * 2, rechunk=False)


@pytest.mark.parametrize("frame", [PLAIN, PLAIN.clear(), WITH_EVIDENCE])
def test_a_frame_comes_back_from_its_file(frame: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "GROUP", 2)
    key = dg.AssetKey("told")
    ParquetFrames(home=str(tmp_path)).handle_output(dg.build_output_context(asset_key=key), frame)
    read = ParquetFrames(home=str(tmp_path)).load_input(dg.build_input_context(asset_key=key))
    assert read.equals(frame)


@pytest.mark.parametrize(
    ("asset", "column", "says"),
    [
        (["pairs"], "score", "Sum of the evidence in log-odds · 证据之和（对数几率）"),
        (["landed", "web"], "check", "Name of the check · 检查名"),
        (["clusters"], "record_id", ""),
    ],
)
def test_columns_say_on_dagsters_page_what_they_mean(asset: list[str], column: str, says: str, tmp_path: Path) -> None:
    with dg.build_output_context(asset_key=dg.AssetKey(asset)) as context:
        ParquetFrames(home=str(tmp_path)).handle_output(context, pl.DataFrame({column: ["1"]}))
        told = context.get_logged_metadata()["dagster/column_schema"]
    assert isinstance(told, dg.TableSchemaMetadataValue)
    assert (told.schema.columns[0].description or "").startswith(says)
    assert bool(told.schema.columns[0].description) == bool(says)


@pytest.mark.parametrize("chosen", [None, "dirty_decay_ms:1"])
def test_how_memory_is_given_back_is_said_before_polars_is_loaded_unless_somebody_chose(chosen: str | None) -> None:
    told = {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    if chosen:
        told["_RJEM_MALLOC_CONF"] = chosen
    code = "import os, sys, pipelines; print('polars' in sys.modules, os.environ['_RJEM_MALLOC_CONF'])"
    said = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", chosen or "dirty_decay_ms:5000,muzzy_decay_ms:0,narenas:1"]
