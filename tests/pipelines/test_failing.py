"""How an asset fails on Dagster's page."""

import dagster as dg
import pytest

from connectors.errors import FeedError
from pipelines.failing import told_plainly


def test_a_feed_that_is_not_understood_fails_with_the_way_on() -> None:
    @told_plainly
    def landed() -> None:
        raise FeedError("web", "web/a.jsonl", "rows", "none", "have it delivered again")

    with pytest.raises(dg.Failure) as failed:
        landed()
    assert str(failed.value.description) == (
        "feed web, web/a.jsonl: expected rows; found none. What to do: have it delivered again."
    )
    told = str(failed.value.metadata["to go on without it"].value)
    assert "customer-hub run --without web" in told
    assert "resources: {hub: {config: {without: [web]}}}" in told
