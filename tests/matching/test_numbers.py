"""The file that operations edit: what is wrong in it is said with its place."""

from importlib import resources

import pytest

from matching.errors import CustomerHubError
from matching.numbers import read_numbers
from matching.policy import NUMBERS

TEXT = resources.files("matching").joinpath("policy.toml").read_text(encoding="utf-8")
TRUSTED = set(NUMBERS.survivorship.trust)


def test_the_shipped_file_is_read() -> None:
    assert read_numbers(TEXT, attributes=TRUSTED, where="policy.toml") == NUMBERS


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("changed_share = 0.05", "changed_share = 5", r"identity\.changed_share: .*less than or equal to 1"),
        (
            "changed_share = 0.05",
            "changed_shar = 0.05",
            r"identity\.changed_share: field required; identity\.changed_shar: extra",
        ),
        ("members_at_most = 8", "members_at_most = 8.5", r"households\.members_at_most: .*integer"),
        ("shared_by_at_most = 4", 'shared_by_at_most = "4"', r"survivorship\.shared_by_at_most: .*integer"),
        (
            "current_for_years = 5",
            "current_for_years = 0",
            r"survivorship\.current_for_years: .*greater than or equal to 1",
        ),
        ("trust_otherwise = 5", "trust_otherwise = 10", r"survivorship\.trust_otherwise: .*less than or equal to 9"),
        ("besttone = 8", "besttone = -1", r"survivorship\.trust\.\w+\.besttone: .*greater than or equal to 0"),
        (
            "[survivorship.trust.email]",
            "[survivorship.trust.e_mail]",
            "expected one of .*, perhaps email; found e_mail",
        ),
        ("[households]", "[household]", "households: field required; household: extra"),
        ("[identity]", "[identity", "expected TOML, found .*line"),
    ],
)
def test_slips_are_named_with_their_place(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(CustomerHubError, match=rf"^policy\.toml: .*{says}"):
        read_numbers(TEXT.replace(old, new), attributes=TRUSTED, where="policy.toml")
