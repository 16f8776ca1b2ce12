"""How a step fails: with a message for people, and without the customers' data that libraries quote in theirs."""

import errno
import inspect
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from connectors.errors import FeedError
from matching.errors import CustomerHubError
from pipelines import environment

P = ParamSpec("P")
T = TypeVar("T")

DISK_IS_FULL: Final = re.compile(
    r"no space left|disk (is )?full|disk quota|file too large|disk i/o error", re.IGNORECASE
)
NOT_ALLOWED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR})
"""What a system says of a path that cannot be used as it is; anything else is a defect of ours."""
WITHOUT: Final = (
    "customer-hub run --without {feed}; on this page: the job publish_customers, the arrow beside Materialize all, "
    "Open launchpad, resources: {{hub: {{config: {{without: [{feed}]}}}}}}, Launch Run"
)
"""How the other feeds' extracts are published while one cannot be understood."""
DEFECT: Final = "A defect of Customer Hub"
VALUES: Final = re.compile(r"\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[一-鿿]+|\d{4,}")
"""What may be a customer's in a library's message: anything quoted, listed, Chinese, or a longer number."""


def told_plainly(body: Callable[P, T]) -> Callable[P, T]:
    """Make an asset's body fail with a message that Dagster may keep and people can act on."""
    if inspect.isgeneratorfunction(body):

        @wraps(body)
        def generates(*args: P.args, **kwargs: P.kwargs) -> Iterator[Any]:
            with _plainly():
                yield from body(*args, **kwargs)

        return generates  # type: ignore[return-value]

    @wraps(body)
    def returns(*args: P.args, **kwargs: P.kwargs) -> T:
        with _plainly():
            return body(*args, **kwargs)

    return returns


@contextmanager
def _plainly() -> Iterator[None]:
    way_on: dict[str, str] = {}
    try:
        yield
    except FeedError as error:
        told = str(error)
        way_on["to go on without it"] = WITHOUT.format(feed=error.feed)
    except CustomerHubError as error:
        told = str(error)
    except Exception as error:  # noqa: BLE001 (told again below, without what it may quote)
        told = describe(error)
    else:
        return
    from dagster import Failure  # noqa: PLC0415 (commands that run nothing need no Dagster)

    raise Failure(description=told, metadata=way_on, allow_retries=False) from None


def describe(error: Exception) -> str:
    """Say what happened without a single value: a full disk and what to do, or what broke in which line of ours."""
    if is_full_disk(error):
        return no_room()
    if isinstance(error, OSError) and error.filename is not None and error.errno in NOT_ALLOWED:
        return out_of_reach(error)
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if is_ours(frame.filename)]
    where = f"{Path(ours[-1].filename).relative_to(environment.ROOT)}:{ours[-1].lineno}" if ours else "a library"
    message = VALUES.sub("…", str(error).strip().split("\n", 1)[0])
    return f"{DEFECT}, please report it: {type(error).__name__} in {where}: {message}"


def no_room() -> str:
    """Say that the disk is full and what to do."""
    return (
        f"{environment.home()}: expected room to write, found the disk full (or failing). Free some space and start "
        "the run again; what was landed stays landed, and the last snapshot stays in force."
    )


def out_of_reach(error: OSError) -> str:
    """Say which file or folder cannot be used and what to do."""
    return (
        f"{error.filename}: expected a file or folder that can be used, found: {error.strerror}. See that the path is "
        "right and that it may be read and written by you, then try again"
    )


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or one that caused it, comes from a disk without room."""
    while error is not None:
        full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        if full or DISK_IS_FULL.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_ours(file: str) -> bool:
    """Whether a file is one of the project's own modules."""
    path = Path(file)
    return path.is_relative_to(environment.ROOT) and ".venv" not in path.parts and path.name != "failing.py"
