"""Arabic names and how letters spell them: the same answer however it is searched for, and soon."""

import time

import pytest

from matching.fields import arabic
from matching.fields.arabic import is_spelt

SPELT = [
    ("محمد", "mohamed", True),
    ("محمد", "mahmoud", False),
    ("ابو بكر", "aboubakr", True),
    ("عبد الرحمن يوسف", "abdelrahmanyoussef", True),
    ("فاطمه", "fatma", True),
    ("عوض", "alaa", False),
]


@pytest.mark.parametrize(("name", "spelt", "is_so"), SPELT)
@pytest.mark.parametrize("most", [arabic.OPEN, -1], ids=["one way after another", "all at once"])
def test_a_name_is_spelt_so_or_not(
    name: str, spelt: str, is_so: bool, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    arabic._is_open.cache_clear()
    monkeypatch.setattr(arabic, "OPEN", most)
    assert is_spelt(name.split(), spelt) is is_so
    arabic._is_open.cache_clear()


@pytest.mark.parametrize("filler", ["ا" * 30, "ا " * 30, "اويع" * 20])
def test_what_somebody_typed_to_fill_a_field_is_soon_seen_to_be_no_name(filler: str) -> None:
    begun = time.process_time()
    assert not is_spelt(filler.split(), "a" * 40 + "b")
    assert time.process_time() - begun < 1
