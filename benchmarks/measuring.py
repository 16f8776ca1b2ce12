"""Runs a program and says how long it took and how much memory it needed at its peak."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-peers" / "bin" / "python"


@dataclass(frozen=True)
class Measured:
    """What a program needed: wall-clock seconds from start to end and peak resident memory; `said` is its report."""

    seconds: float
    peak_mb: float
    said: dict[str, Any] = field(default_factory=dict)


class WorkerError(RuntimeError):
    """A measured program that failed; holds the end of what it wrote."""


def peers_python() -> Path | None:
    """Give the interpreter that has the peers of `requirements.txt`, None if there is none."""
    found = Path(os.environ.get("CUSTOMER_HUB_PEERS", PEERS))
    return found if found.exists() else None


def run(command: list[str], report: Path | None = None, **environment: str) -> Measured:
    """Run a command in the project's root and measure it."""
    peak = 0.0
    with TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=output, stderr=output)
        while process.poll() is None:
            peak = max(peak, _peak_mb(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - started
        output.seek(0)
        written = output.read().decode("utf-8", "replace")
    if process.returncode:
        raise WorkerError(f"{' '.join(command[:4])} ended with {process.returncode}:\n{written[-3000:]}")
    said = json.loads(report.read_text("utf-8")) if report else {}
    return Measured(seconds, said.get("peak_mb", peak), said)


def worker(name: str, folder: Path, *arguments: str, python: Path | None = None) -> Measured:
    """Run a worker on the folder that holds its records; it leaves its outcome there and reports in NAME.json."""
    interpreter = str(python or sys.executable)
    command = [interpreter, "-m", f"benchmarks.workers.{name}", str(folder), *arguments]
    return run(command, folder / f"{name}.json")


def _peak_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0
