"""The analysts' contract in Markdown: every table, view, macro and column with its comment.

`python -m warehouse.published.contract > docs/tables.md` writes it anew; a test compares the two.
"""

import sys
import tempfile
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from warehouse import duck
from warehouse.published.snapshots import write_candidate
from warehouse.tables import GIVEN, PUBLISHED

HEAD: Final = """# Published tables · 发布表

Every run that passes its audit publishes one DuckDB file. `warehouse/current.duckdb` is the one in force; open it
read-only and a run in progress neither waits for you nor shows you half of itself:

```python
import duckdb

con = duckdb.connect("hub-home/warehouse/current.duckdb", read_only=True)
con.sql("SELECT * FROM customer_360 WHERE value_tier = 'high' ORDER BY monthly_bill DESC LIMIT 10")
con.sql("SELECT * FROM customer_as_of('2026-11-04 00:00+08')")  # the golden table as it was at midnight in China
```

At a terminal: `duckdb -readonly hub-home/warehouse/current.duckdb`. Never open it for writing: whoever does shuts every
other reader out, and published files do not allow it.

A database is called after its file, here after the run. Programs that keep the whole name of a table, as many for
reports and dashboards do, want one that stays:
`ATTACH 'hub-home/warehouse/current.duckdb' AS hub (READ_ONLY); USE hub`.
Who holds a connection open reads on in the snapshot he opened; the next connection sees the next. In
`quality_results` write `"check"` in quotes, for SQL has a word `check` of its own.

Queries to begin with, such as a campaign's list or whose number changed: [questions.md](questions.md).

The same words stand in the file itself: `SELECT table_name, comment FROM duckdb_tables()`, and likewise
`duckdb_views()` and `duckdb_columns()`. Times are UTC where a run made them and local time where a channel told them.
The as-of macros take a time with a zone (`now()`, `'2026-11-04 00:00+08'`) as the moment it is, one without as UTC.

每次通过审核的运行发布一个 DuckDB 文件，`warehouse/current.duckdb` 指向现行快照；以只读方式打开即可，不受运行影响。
数据库名随文件即运行编号而变；报表工具请用上面的 `ATTACH … AS hub` 固定名称，并在新连接中读取新快照。
历史查询宏的时间带时区则按其时刻，不带时区按 UTC：北京时间零点请写 `'2026-11-04 00:00+08'`。
下列说明同样写在文件内的注释中。
"""


def contract(snapshot: Path) -> str:
    """Give the contract of a snapshot as Markdown: in the order of publication, one section for each table or view."""
    with duck.reading(snapshot) as con:
        return "\n".join([HEAD, *_relations(con), *_macros(con)])


def empty_snapshot(folder: Path) -> Path:
    """Give a snapshot with every table and no row, for whoever needs to know its shape."""
    frames = {given.name: pl.DataFrame(schema=dict(given.schema)) for given in GIVEN}
    return write_candidate(folder, "empty", frames, {"started_at": datetime(2000, 1, 1, tzinfo=UTC)})


def _relations(con: duckdb.DuckDBPyConnection) -> list[str]:
    columns = con.sql(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
        "ORDER BY table_name, column_index"
    ).fetchall()
    by_table = {table: list(group) for table, group in groupby(columns, key=lambda row: row[0])}
    tables = dict(con.sql("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall())
    views = dict(con.sql("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall())
    lines = []
    for name in (published.name for published in PUBLISHED if published.name in by_table):
        kind = "" if name in tables else " (view)"
        lines += [f"\n## `{name}`{kind}\n", f"{tables.get(name) or views[name]}\n", "| column | type | meaning |"]
        lines += ["| --- | --- | --- |"]
        lines += [f"| `{column}` | {_short(dtype)} | {comment} |" for _, column, dtype, comment in by_table[name]]
    return lines


def _macros(con: duckdb.DuckDBPyConnection) -> list[str]:
    macros = con.sql(
        "SELECT function_name, parameters, comment FROM duckdb_functions() WHERE NOT internal ORDER BY function_name"
    ).fetchall()
    rows = [f"| `{name}({', '.join(parameters)})` | {comment} |" for name, parameters, comment in macros]
    return ["\n## Macros · 宏\n", "| macro | meaning |", "| --- | --- |", *rows, ""]


def _short(dtype: str) -> str:
    return dtype.replace('"', "")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(contract(empty_snapshot(Path(folder))))
