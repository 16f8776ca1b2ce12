"""`python -m warehouse.erasure.loading FOLDER FILE [COMPRESSION]` makes a snapshot of exported tables, and ends.

A program of its own: its memory holds nothing but what is in the folder.
"""

import sys
from pathlib import Path
from typing import Final

import duckdb

from warehouse import duck

STATEMENTS: Final = ("schema.sql", "load.sql", "comments.sql")


def load(folder: Path, target: Path, compression: str = "auto") -> None:
    """Make the database file of a folder that `EXPORT DATABASE` wrote, with the comments beside."""
    con = duckdb.connect(str(target), config={"force_compression": compression})
    try:
        con.execute("BEGIN").fetchall()
        for statements in STATEMENTS:
            duck.execute(con, (folder / statements).read_text(encoding="utf-8"))
        con.execute("COMMIT").fetchall()
        con.execute("CHECKPOINT").fetchall()
    finally:
        con.close()


if __name__ == "__main__":
    load(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
