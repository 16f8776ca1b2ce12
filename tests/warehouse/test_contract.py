"""The analysts' contract says what the tables say."""

import re
from pathlib import Path

import pytest

from warehouse import duck
from warehouse.published.contract import contract, empty_snapshot
from warehouse.tables import PUBLISHED

DOCS = Path(__file__).parents[2] / "docs"
CONTRACT = DOCS / "tables.md"
QUESTIONS = re.findall(r"```sql\n(.+?)```", (DOCS / "questions.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_document_is_what_the_comments_say(tmp_path: Path) -> None:
    written = contract(empty_snapshot(tmp_path))
    remedy = "run `python -m warehouse.published.contract > docs/tables.md`"
    assert CONTRACT.read_text(encoding="utf-8") == written, remedy


def test_it_covers_everything_that_is_published() -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    for published in PUBLISHED:
        if published.name not in {"macros", "why_asked"}:
            assert f"\n## `{published.name}`" in text
    assert "customer_as_of(t)" in text
    assert "黄金客户：一户一行" in text
    assert "| None |" not in text
    assert "customer_changes(earlier, later)" in text
    assert "`evidence` | STRUCT(field VARCHAR, level VARCHAR, weight DOUBLE" in text


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_query_to_begin_with_can_be_pasted(question: str, tmp_path: Path) -> None:
    with duck.reading(empty_snapshot(tmp_path)) as con:
        assert con.sql(question).fetchall() == []
