"""Which tests run, in which order, and on how many cores.

All run that this machine can, but for the long ones, which wait for CI or for somebody who asks.
"""

import os

import pytest

from matching.side_by_side import THREADS

LONG = bool(os.environ.get("CUSTOMER_HUB_LONG_TESTS"))
FIRST = ("shared", "long", "slow")
"""Marks of what is begun first, lest one worker is left with it at the end."""

if "PYTEST_XDIST_WORKER" in os.environ:
    # There is a worker for each core, and tests' frames are small: handing them to threads takes longer than the work.
    os.environ.setdefault(THREADS, "1")
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not LONG and item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes over half a minute: CUSTOMER_HUB_LONG_TESTS=1 make test"))
    items.sort(key=place)


def place(item: pytest.Item) -> int:
    """Give where a test comes by its marks; among those of one mark the order stays."""
    return next((place for place, mark in enumerate(FIRST) if item.get_closest_marker(mark)), len(FIRST))
