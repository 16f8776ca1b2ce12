"""Programs that journeys start. Each imports what is ours, and polars with it, in the process that it becomes."""

import io
import os
import resource
import sys
from pathlib import Path


def customer_hub(*arguments: str) -> None:
    """Do what the command `customer-hub` does."""
    sys.argv = ["customer-hub", *arguments]
    from pipelines.commands import main  # noqa: PLC0415

    main()


def typed(text: str, *arguments: str) -> None:
    """Do a command with this as what is typed into it."""
    sys.stdin = io.StringIO(text)
    customer_hub(*arguments)


def with_no_larger_files(kilobytes: int, *arguments: str) -> None:
    """Do a command while every write beyond this size fails, as on a full disk."""
    sys.dont_write_bytecode = True  # Python keeps half of what it compiles where there is no room for all
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))
    customer_hub(*arguments)


def materialize_candidate(home: str, landing: str) -> None:
    """Materialize the last two assets from the frames of the run before and print what went wrong."""
    os.environ |= {"CUSTOMER_HUB_HOME": home, "CUSTOMER_HUB_LANDING": landing}
    import dagster as dg  # noqa: PLC0415

    from pipelines.definitions import defs  # noqa: PLC0415
    from pipelines.instance import open_instance  # noqa: PLC0415
    from pipelines.runs import problems  # noqa: PLC0415

    with open_instance(Path(home)) as instance:
        result = defs.resolve_job_def("publish_customers").execute_in_process(
            instance=instance, raise_on_error=False, asset_selection=[dg.AssetKey("candidate"), dg.AssetKey("snapshot")]
        )
    print(*problems(result.all_events), sep="\n")


def erase_or_go_on(home: Path, customer: str | None) -> None:
    """Erase a customer, or go on with what was begun; say when it begins."""
    from pipelines import environment  # noqa: PLC0415
    from pipelines.erasure import erasing  # noqa: PLC0415
    from pipelines.erasure.erasure_requests import find_records  # noqa: PLC0415

    environment.choose(home, home, None)
    print("ready", flush=True)
    if customer is None:
        erasing.finish_all(home)
    else:
        work = erasing.look(home, find_records(home, customers=[customer]))
        erasing.erase(home, work, by="o", reason="r")
