"""Why there is nothing to publish is told so that somebody can act on it."""

from pathlib import Path

import pytest

from connectors.ledger import Ledger
from connectors.nothing import nothing_to_publish
from connectors.versions import read_rejects
from tests.connectors.conftest import Hub, make_feed

FEED = make_feed("csv")


def said(hub: Hub) -> str:
    return str(nothing_to_publish([FEED], hub.landing, Ledger(hub.home).extracts(), read_rejects(hub.home)))


def test_an_empty_folder_is_named_with_the_files_it_should_hold(hub: Hub) -> None:
    assert f"below {hub.landing}, that is one of in/people_{{date}}*.csv" in said(hub)
    assert "found the folder in without one" in said(hub)


@pytest.mark.parametrize(
    ("there", "found"),
    [([], "an empty landing folder"), (["extracts", "truth"], "none of these folders, only extracts, truth")],
)
def test_another_folder_than_the_landing_folder_is_known_by_what_it_holds(
    there: list[str], found: str, hub: Hub, tmp_path: Path
) -> None:
    hub.landing = tmp_path / "elsewhere"
    for name in there:
        (hub.landing / name).mkdir(parents=True)
    hub.landing.mkdir(exist_ok=True)
    assert f"found {found}. What to do: " in said(hub)


def test_rows_that_all_became_rejects_are_counted_with_the_commonest_reason(hub: Hub) -> None:
    hub.deliver("csv", "客户编号,姓名,手机,日期\n,王芳,,2026-10-01\n,李明,,2026-10-01\nC3\n".encode())
    hub.land(FEED)
    assert "none in the 1 extract taken so far: 3 rows became rejects, most for missing_key" in said(hub)
    assert "the first of them line 2 of in/people_20261102.csv. What to do" in said(hub)
    assert "王芳" not in said(hub)
