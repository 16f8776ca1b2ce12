"""The page about feeds tells the truth: its example lands as it says, and it explains every key, field and rule."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from connectors.checking import TABLES, check_feeds, load_feeds
from connectors.feeds import HUB_FIELDS
from connectors.mapping import MISSING_KEY, ROUNDED_KEY
from connectors.readers.rows import ReadRule
from quality.rows import ROW_RULES, Outcome
from tests.connectors.conftest import Hub

PAGE = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    assert found
    return found.group(1)


def test_the_example_lands_as_the_page_says(hub: Hub, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "mall.toml").write_text(block("toml"), "utf-8")
    assert check_feeds(feeds) == []
    (hub.landing / "mall").mkdir()
    (hub.landing / "mall" / "points_2026-11-02.csv").write_bytes(block("csv").encode("gb18030"))
    (feed,) = load_feeds(feeds)
    landing = hub.land(feed)
    assert landing.extracts.select("rows_read", "records", "rejects").row(0) == (3, 2, 1)
    assert landing.extracts["unknown_columns"].to_list() == [[]]
    assert hub.landed.select("record_id", "name", "gender", "birth_date").rows() == [
        ("mall:P001", "王芳", "female", "1980-05-06"),
        ("mall:P002", '李 "小" 明', "male", None),
    ]
    assert hub.rejects == [(5, "field_count")]


def test_the_complaints_are_the_ones_shown(tmp_path: Path) -> None:
    shown = PAGE.split("## When `feeds check` complains")[1].split("```")[1].strip().split("\n")
    complaints = []
    for right, wrong in (("separator =", "seperator ="), ('= "name"', '= "nme"')):
        (tmp_path / "mall.toml").write_text(block("toml").replace(right, wrong), "utf-8")
        complaints += [str(problem) for problem in check_feeds(tmp_path)]
    assert complaints == shown


@pytest.mark.parametrize("model", TABLES.values(), ids=lambda model: model.__name__)
def test_every_key_is_explained(model: type[BaseModel]) -> None:
    tables = {"format", "delivery", "volume", "columns", "codes"}
    names = [name for name in model.model_fields if name not in tables]
    assert [name for name in names if not re.search(rf"`{name}`|[{{ ,]{name}\b", PAGE)] == []


def test_every_field_and_reject_rule_is_named() -> None:
    rejecting = [rule.name for rule in ROW_RULES if rule.outcome is Outcome.REJECT]
    words = [*HUB_FIELDS, *ReadRule, MISSING_KEY, ROUNDED_KEY, *rejecting]
    assert [word for word in words if f"`{word}`" not in PAGE] == []
