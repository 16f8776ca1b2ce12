"""Dagster's page: what one can ask of a run on the command line one can ask there, and what it prints stands there."""

import subprocess
import sys
from pathlib import Path
from typing import Final

RUN: Final = """
import sys
from pathlib import Path
from pipelines import environment
environment.choose(Path(sys.argv[1]), None, None)
from pipelines.definitions import defs
from pipelines.instance import open_instance
config = {"resources": {"hub": {"config": {"without": sys.argv[2].split()}}}} if sys.argv[2] else {}
config["loggers"] = {"console": {"config": {"log_level": "CRITICAL"}}}
with open_instance(Path(sys.argv[1])) as instance:
    job = defs.resolve_job_def("publish_customers")
    done = job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)
    for told in instance.all_logs(done.run_id):
        failed = getattr(told.dagster_event and told.dagster_event.event_specific_data, "error", None)
        print(told.step_key, told.user_message, failed or "")
"""


def launched(home: Path, without: str, run: str = RUN) -> str:
    """What Dagster's page tells of a run of a home without any extract."""
    done = subprocess.run([sys.executable, "-c", run, str(home), without], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_feed_is_left_out_on_dagsters_page(tmp_path: Path) -> None:
    told = launched(tmp_path / "home", "bss web")
    assert "landed__bss bss: left out of this run on request" in told
    assert "landed__web web: left out of this run on request" in told
    assert "landed__agent agent: left out" not in told


def test_a_feed_that_does_not_exist_is_refused_there(tmp_path: Path) -> None:
    told = launched(tmp_path / "home", "bsss")
    assert "without bsss: expected one of the feeds" in told
    assert "Did you mean bss?" in told


def test_a_feed_file_that_came_after_the_page_was_opened_is_told(tmp_path: Path) -> None:
    new = "from pipelines.assets.landing import FEEDS; FEEDS.append(FEEDS[0].model_copy(update={'name': 'mall'}))"
    told = launched(tmp_path / "home", "", RUN.replace("\nwith open", f"\n{new}\nwith open"))
    assert "mall: its feed file came after this page was opened" in told
    assert "agent: its feed file" not in told
