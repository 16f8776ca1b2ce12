"""Facts side by side: one thread for each core, the same outcome with any number of them."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any, Final, TypeVar

T = TypeVar("T")

THREADS: Final = "CUSTOMER_HUB_THREADS"
"""The variable that says how many threads to use; without it, one for each core at hand."""


def threads() -> int:
    """Give how many threads to use."""
    told = os.environ.get(THREADS, "")
    return max(int(told), 1) if told.isdigit() else len(os.sched_getaffinity(0))


def at_once(work: Callable[..., T], items: Iterable[Any], *shared: Any) -> list[T]:
    """Give what the work makes of each item, in their order; `shared` are its further arguments."""
    items = list(items)
    many = min(threads(), len(items))
    arguments = (items, *(repeat(each, len(items)) for each in shared))
    if many < 2:
        return list(map(work, *arguments))
    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(work, *arguments))
