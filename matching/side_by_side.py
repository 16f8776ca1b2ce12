"""Facts side by side: one thread for each core, the same outcome with any number of them."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

T = TypeVar("T")
S = TypeVar("S")

THREADS: Final = "CUSTOMER_HUB_THREADS"
"""The variable that says how many threads to use; without it, one for each core at hand."""


def threads() -> int:
    """Give how many threads to use."""
    told = os.environ.get(THREADS, "")
    return max(int(told), 1) if told.isdigit() else len(os.sched_getaffinity(0))


def nothing() -> None:
    """Do nothing."""


def at_once(
    work: Callable[..., T],
    items: Iterable[Any],
    *shared: Any,
    size: Callable[[Any], int] | None = None,
    meanwhile: Callable[[], None] = nothing,
) -> list[T]:
    """Give what the work makes of each item, in their order; `shared` are its further arguments.

    Where the `size` of an item is told the largest begin first, lest one is worked on alone at the end. What is to be
    done `meanwhile` begins before all of them, and is done when they are.
    """
    items = list(items)
    many = min(threads(), len(items))
    if many < 2:
        meanwhile()
        return [work(item, *shared) for item in items]
    places = range(len(items)) if size is None else sorted(range(len(items)), key=lambda place: -size(items[place]))
    with ThreadPoolExecutor(many) as pool:
        beside = pool.submit(meanwhile)
        begun = {place: pool.submit(work, items[place], *shared) for place in places}
        beside.result()
        return [begun[place].result() for place in range(len(items))]


def both_at_once(one: Callable[[], S], other: Callable[[], T]) -> tuple[S, T]:
    """Give what two pieces of work make that do not need each other."""
    if threads() < 2:
        return one(), other()
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(one)
        made = other()
        return beside.result(), made
