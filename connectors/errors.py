"""What stops a feed: an extract that cannot be understood, named with everything needed to mend it."""

from dataclasses import dataclass

from matching.errors import CustomerHubError


@dataclass(eq=False)
class FeedError(CustomerHubError):
    """An extract, or a feed file, that cannot be understood; nothing of the extract was taken."""

    feed: str
    where: str
    """The extract below the landing folder, or the feed file, with a line where there is one."""
    expected: str
    found: str
    what_to_do: str

    def __str__(self) -> str:
        """Give the whole message in one sentence per question."""
        return (
            f"feed {self.feed}, {self.where}: expected {self.expected}; found {self.found}. "
            f"What to do: {self.what_to_do}."
        )


class StorageError(CustomerHubError):
    """The home folder could not be written; what was published before stays in force."""


class NothingToPublishError(CustomerHubError):
    """There is not one record to publish; what was published before stays in force."""
