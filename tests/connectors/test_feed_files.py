"""The shipped feed files are right, and a mistake in one is named with its line and the nearest known word."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from connectors.checking import check_feeds, load_feeds
from connectors.errors import FeedError
from connectors.feeds import Feed
from connectors.locating import line_of
from matching.frames import ATTRIBUTES

ROOT = Path(__file__).parents[2]
FEEDS = ROOT / "feeds"
CASES: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests/cases/feed_problems.toml").read_text("utf-8"))


def test_the_eight_feeds_are_right() -> None:
    assert check_feeds(FEEDS) == []
    assert [feed.name for feed in load_feeds(FEEDS)] == [
        "agent", "app", "besttone", "bss", "call_center", "legacy97", "retail_outlet", "web"
    ]  # fmt: skip


@pytest.mark.parametrize("feed", load_feeds(FEEDS), ids=lambda feed: feed.name)
def test_every_feed_tells_something_to_know_a_customer_by(feed: Feed) -> None:
    assert {field for column in feed.columns.values() for field in column.to} & set(ATTRIBUTES)
    assert set(feed.key) <= set(feed.required)


@pytest.mark.parametrize("name", CASES)
def test_problems(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    good = (FEEDS / f"{case['file']}.toml").read_text("utf-8")
    assert good.count(case["instead_of"]) == 1
    path = tmp_path / f"{case['file']}.toml"
    path.write_text(good.replace(case["instead_of"], case["write"]), "utf-8")
    line = good[: good.index(case["instead_of"])].count("\n") + 1
    problems = [problem for problem in check_feeds(tmp_path) if "is missing" not in problem.message]
    said = [problem for problem in problems if all(word in str(problem) for word in case["says"])]
    assert said, [str(problem) for problem in problems]
    # What is wrong with a table as a whole is reported where the table begins.
    table = good[: good.index(case["instead_of"])].rfind("\n[")
    table_line = good[: table + 1].count("\n") + 1
    assert said[0].line in ({line, table_line} if "expected a" in said[0].message else {line})
    with pytest.raises(FeedError, match=path.name) as caught:
        load_feeds(tmp_path)
    assert f"customer-hub feeds check {tmp_path} lists everything" in str(caught.value)


def test_a_missing_key_is_named_with_its_table(tmp_path: Path) -> None:
    (tmp_path / "web.toml").write_text((FEEDS / "web.toml").read_text("utf-8").replace('folder = "web"\n', ""), "utf-8")
    (problem,) = check_feeds(tmp_path)
    assert str(problem) == "web.toml:8: the key folder is missing in [delivery] (add folder = …)"


def test_two_feeds_that_take_the_same_files_clash(tmp_path: Path) -> None:
    shutil.copy(FEEDS / "web.toml", tmp_path / "web.toml")
    text = (FEEDS / "web.toml").read_text("utf-8").replace('name = "web"', 'name = "web2"')
    (tmp_path / "web2.toml").write_text(text, "utf-8")
    assert ["the feed web takes the same files" in str(problem) for problem in check_feeds(tmp_path)] == [True]


def test_a_folder_without_feeds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="expected feed files"):
        load_feeds(tmp_path)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "web.toml").write_bytes(b"name = '\xff'")
    assert ["expected UTF-8" in str(problem) for problem in check_feeds(tmp_path)] == [True]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "web.toml").write_bytes(b"\xef\xbb\xbf" + (FEEDS / "web.toml").read_bytes())
    assert check_feeds(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 1),
        (("a", "b"), 3),
        (("a", "c", "d"), 4),
        (("a", "list", 1, "second"), 7),
        (("a", "x.y"), 9),
        (("a", "nowhere"), 2),
        (("nothing",), 1),
    ],
)
def test_where_keys_stand(path: tuple[str | int, ...], line: int) -> None:
    text = 'name = 1\n[a]\nb = 2\nc = { d = 3 }\nlist = [\n  { n = "first" },\n  { n = "second" },\n]\n"x.y" = 4\n'
    assert line_of(text, path) == line
