"""Feed files → feeds."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from connectors.errors import FeedError
from connectors.feeds import Feed


def load_feeds(folder: Path) -> list[Feed]:
    """Give the folder's feeds in the order of their names; a `FeedError` for the first file that is not right."""
    feeds = []
    for path in sorted(folder.glob("*.toml")):
        try:
            feeds.append(Feed.model_validate(tomllib.loads(path.read_text("utf-8"))))
        except (tomllib.TOMLDecodeError, ValidationError, UnicodeDecodeError) as error:
            raise FeedError(path.stem, path.name, "a feed file", str(error), "run customer-hub feeds check") from error
    return feeds
