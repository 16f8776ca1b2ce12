"""Which tests run: all that this machine can, but for the long ones, which wait for CI or for somebody who asks."""

import os

import pytest

LONG = bool(os.environ.get("CUSTOMER_HUB_LONG_TESTS"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not LONG and item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes over half a minute: CUSTOMER_HUB_LONG_TESTS=1 make test"))
