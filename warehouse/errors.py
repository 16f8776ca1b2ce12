"""What can go wrong with snapshots, in words."""

from matching.errors import CustomerHubError


class SnapshotError(CustomerHubError):
    """A snapshot could not be written, found or put in force."""


class LockedError(SnapshotError):
    """A program has opened a published snapshot for writing: nobody else can read it until that program ends."""
