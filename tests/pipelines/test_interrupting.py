"""An interruption is heard wherever it strikes, and told in one line."""

import signal
import sys
import time
from collections.abc import Iterator

import dagster as dg
import pytest

from pipelines.interrupting import hearing
from pipelines.runs import INTERRUPTED, told_of


@pytest.fixture(autouse=True)
def _as_in_a_terminal() -> Iterator[None]:
    """Take interruptions as a terminal's programs do: what a shell starts in the background does not hear them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Dropping:
    """What a library does whose callbacks cannot raise: Python drops the exception."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_an_interruption_that_python_drops_is_raised_again(capfd: pytest.CaptureFixture[str]) -> None:
    def called_back() -> None:
        dropping = Dropping()
        del dropping
        time.sleep(1)

    with hearing(), pytest.raises(KeyboardInterrupt):
        called_back()
    assert capfd.readouterr().err == ""


def test_an_interruption_that_a_library_swallows_is_remembered() -> None:
    with hearing() as asked:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert asked()
        assert asked()


def test_other_dropped_exceptions_are_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: told.append(dropped.exc_type))

    class Breaking:
        def __del__(self) -> None:
            raise LookupError

    with hearing() as asked:
        breaking = Breaking()
        del breaking
        assert not asked()
    assert told == [LookupError]


def test_what_breaks_under_an_interruption_is_no_defect() -> None:
    @dg.op
    def breaks() -> None:
        raise dg.Failure("A defect of Customer Hub, please report it: TypeError in matching/frames.py:1: …")

    @dg.op
    def refuses() -> None:
        raise dg.Failure("feed web, web/a.csv: expected rows; found none. What to do: ask.")

    @dg.job
    def both() -> None:
        breaks()
        refuses()

    events = both.execute_in_process(raise_on_error=False).all_events
    refused = "feed web, web/a.csv: expected rows; found none. What to do: ask."
    assert set(told_of(events, interrupted=True)) == {INTERRUPTED, refused}
    assert len(told_of(events, interrupted=False)) == 2
