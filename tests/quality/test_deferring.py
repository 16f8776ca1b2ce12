import subprocess
import sys

import pytest

PROGRAM = """
import sys
from quality.deferring import UNUSED, defer
defer()
import great_expectations
print(*(name for name in UNUSED if type(sys.modules[name]).__name__ == "Deferred"))
from scipy import stats
import scipy.stats
from scipy.stats import entropy
print(round(float(entropy([0.5, 0.5], base=2)), 6), float(stats.norm.cdf(0)), float(scipy.stats.norm.cdf(0)))
import altair
print(altair.Chart.__name__)
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    asked = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return asked.stdout.splitlines()


def test_great_expectations_does_not_load_what_no_suite_uses(said: list[str]) -> None:
    assert said[0] == "scipy.stats altair"


def test_what_was_put_off_is_there_for_whoever_asks(said: list[str]) -> None:
    assert said[1:] == ["1.0 0.5 0.5", "Chart"]
