"""What the channels are called, as their feed files say; one that no shipped file describes goes by its name."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from stewardship.wording import Language


def feed_title(feed: str, language: Language) -> str:
    """Give what people call a feed."""
    titles = _titles().get(feed)
    return titles[str(language)] if titles else feed


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    files = [file for file in resources.files("feeds").iterdir() if file.name.endswith(".toml")]
    told = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return {feed["name"]: feed["title"] for feed in told}
