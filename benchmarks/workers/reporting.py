"""How a worker says what it did; imports nothing but the standard library, so that every environment has it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Report:
    """Seconds per step, processor seconds in all and the peak memory of this process, written as JSON at the end."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.json"
        self.steps: dict[str, float] = {}
        self.cpu_seconds = 0.0
        self.peak_mb = 0.0
        self.facts: dict[str, object] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        started, worked = time.perf_counter(), time.process_time()
        yield
        self.steps[name] = self.steps.get(name, 0.0) + time.perf_counter() - started
        self.cpu_seconds += time.process_time() - worked
        self.peak_mb = _peak_mb()  # what comes after the steps, writing results down, is not counted

    def write(self) -> None:
        """Leave the report."""
        said = {
            "steps": self.steps,
            "seconds": sum(self.steps.values()),
            "cpu_seconds": self.cpu_seconds,
            "peak_mb": self.peak_mb,
        }
        self.path.write_text(json.dumps(said | self.facts), encoding="utf-8")


def _peak_mb() -> float:
    """Give the most memory this process has held so far."""
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024
