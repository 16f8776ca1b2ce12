"""Floors under what the Chinese kinds reach on labelled sets that are not part of the project."""

from pathlib import Path

import pytest

from benchmarks import zh_address_pairs, zh_company_names

SHARED = Path(__file__).parents[4] / "shared" / "data" / "public"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.skipif(not SHARED.exists(), reason="no shared data here"),
]


def test_short_names_find_registered_names() -> None:
    measured = zh_company_names.measure(zh_company_names.FOLDER)
    assert measured["first_hit_percent"] >= 97
    assert measured["pairs_right_percent"] >= 85


def test_address_pairs() -> None:
    assert zh_address_pairs.measure(zh_address_pairs.FOLDER)["f1"] >= 45
