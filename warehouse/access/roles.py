"""What somebody may do: four roles, each of which may do all that the ones before it may."""

from enum import StrEnum


class Role(StrEnum):
    """A user's or a key's role."""

    VIEWER = "viewer"
    """Sees pages and figures; personal data stays masked."""
    STEWARD = "steward"
    """Answers questions and may reveal what is masked, each time on record."""
    SENIOR = "senior"
    """Confirms what needs four eyes, repairs customers, trains models."""
    ADMIN = "admin"
    """Looks after users, keys and the audit log."""

    def may(self, needed: "Role") -> bool:
        """Say whether this role may do what `needed` may do."""
        order = list(Role)
        return order.index(self) >= order.index(needed)
