"""Tables of what was measured: Markdown to read, JSON to keep."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a Markdown table, its columns padded so that it reads as text too."""
    widths = [max(len(str(row[at])) for row in [head, *rows]) for at in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    )


def keep(found: Sequence[Mapping[str, object]], path: Path, *, by: tuple[str, ...]) -> None:
    """Add rows to those measured before; what is measured again, known `by` these columns, replaces its former row."""

    def key(row: Mapping[str, object]) -> tuple[object, ...]:
        return tuple(row[name] for name in by)

    before = json.loads(path.read_text("utf-8")) if path.exists() else []
    new = {key(row): row for row in found}
    kept = [new.pop(key(row), row) for row in before] + list(new.values())
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
