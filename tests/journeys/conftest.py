"""Journeys: what people do, from outside, with the real command on extracts of invented people."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from matching.side_by_side import THREADS
from pipelines.demo.extracts import Demo, make_extracts
from tests.journeys.programs import customer_hub
from tests.journeys.starting import compiled, run

COMMAND = str(Path(sys.executable).with_name("customer-hub"))
DAYS = ("20261101", "20261102", "20261103", "20261104", "20261105")
SHARED = Path(__file__).parents[2].parent / "shared"


@dataclass(frozen=True)
class Command:
    """A `customer-hub` command that has ended."""

    code: int
    text: str


def hub(*arguments: object, timeout: float = 300) -> Command:
    """Run `customer-hub` as a user does and give what it printed; one that takes too long is killed."""
    return Command(*run(customer_hub, *map(str, arguments), timeout=timeout))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Extracts of a small invented population, five days of them."""
    return make_extracts(tmp_path_factory.mktemp("made"), people=300, seed=11)


@pytest.fixture(scope="session")
def published(made: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after an undisturbed run; nobody writes into it."""
    return published_once(made.landing, "published", tmp_path_factory)


@pytest.fixture(scope="session")
def rebuilt(made: Demo, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That home after a second run, which worked everything out again; nobody writes into it."""

    def rebuild(folder: Path) -> None:
        shutil.copytree(published, folder, symlinks=True)
        done = hub("run", "--landing", made.landing, "--home", folder, "--rebuild")
        assert done.code == 0, done.text

    return made_once("rebuilt", rebuild, tmp_path_factory)


@pytest.fixture(scope="session")
def first_day(made: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a landing folder of what the first day brought, and a home after a run over it, for copies."""

    def run_over_it(folder: Path) -> None:
        deliver(made.landing, folder / "landing", DAYS[0])
        done = hub("run", "--landing", folder / "landing", "--home", folder / "home")
        assert done.code == 0, done.text

    return made_once("first_day", run_over_it, tmp_path_factory)


def deliver(extracts: Path, landing: Path, day: str) -> None:
    """Put a day's files where the channels deliver."""
    for extract in sorted(extracts.rglob(f"*{day}*")):
        target = landing / extract.relative_to(extracts)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(extract, target)


def published_once(landing: Path, name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home after a run over a landing folder, made by the first worker who asks."""

    def publish(folder: Path) -> None:
        done = hub("run", "--landing", landing, "--home", folder)
        assert done.code == 0, done.text

    return made_once(name, publish, tmp_path_factory)


def made_once(name: str, make: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder made by the first worker who asks; nobody writes into it."""
    folder = tmp_path_factory.getbasetemp() / name
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parents[1] / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = folder.with_suffix(".making")
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    """A home with one published run, to work in."""
    return Path(shutil.copytree(published, tmp_path / "home", symlinks=True))


@pytest.fixture(scope="session")
def zh_telecom() -> Path:
    """The extracts that nobody on the project wrote; a user does not have them."""
    extracts = SHARED / "data" / "zh_telecom" / "extracts"
    if not extracts.is_dir():
        pytest.skip("needs ../shared/data/zh_telecom, which is not part of the project")
    return extracts


@pytest.fixture(scope="session")
def zh_published(zh_telecom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after a run over those extracts; nobody writes into it."""
    return published_once(zh_telecom, "zh_published", tmp_path_factory)


@pytest.fixture(scope="session", autouse=True)
def _compiled_is_cleared_away() -> Iterator[None]:
    yield
    compiled().cleanup()


@pytest.fixture(autouse=True)
def all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands use what cores there are, as they do for users."""
    for variable in (THREADS, "POLARS_MAX_THREADS"):
        monkeypatch.delenv(variable, raising=False)
