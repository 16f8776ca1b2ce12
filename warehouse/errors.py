"""What can go wrong with snapshots, in words."""

from matching.errors import CustomerHubError


class SnapshotError(CustomerHubError):
    """A snapshot could not be written, found or put in force."""
