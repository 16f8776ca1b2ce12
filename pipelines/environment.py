"""Where a home, its landing folder and its feed files are: told by environment variables to every process of a run."""

import os
from pathlib import Path
from typing import Final

from matching.errors import CustomerHubError

ROOT: Final = Path(__file__).parents[1]
SHIPPED_FEEDS: Final = ROOT / "feeds"
HOME: Final = "CUSTOMER_HUB_HOME"
LANDING: Final = "CUSTOMER_HUB_LANDING"
FEEDS: Final = "CUSTOMER_HUB_FEEDS"


def choose(home: Path, landing: Path | None, feeds: Path | None) -> None:
    """Set the environment for a command's home, landing folder (default HOME/landing) and feed files."""
    chosen = landing or home / "landing"
    if landing is None:
        chosen.mkdir(parents=True, exist_ok=True)
    if not chosen.is_dir():
        message = (
            f"--landing {chosen}: expected a folder of extracts, found {'a file' if chosen.exists() else 'nothing'}. "
            "Check the path, or make the folder first"
        )
        raise CustomerHubError(message)
    os.environ[HOME] = str(home.absolute())
    os.environ[LANDING] = str(chosen.absolute())
    os.environ[FEEDS] = str((feeds or SHIPPED_FEEDS).absolute())


def home() -> Path:
    """Give the home the environment names, or `./hub-home`."""
    return Path(os.environ.get(HOME, "hub-home")).absolute()


def landing() -> Path:
    """Give the landing folder the environment names, or the home's own."""
    return Path(os.environ.get(LANDING, str(home() / "landing"))).absolute()


def feeds() -> Path:
    """Give the folder of feed files the environment names, or the shipped ones."""
    return Path(os.environ.get(FEEDS, str(SHIPPED_FEEDS))).absolute()
