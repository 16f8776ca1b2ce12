"""Of what kind the columns of an unknown table are, by their names and by what their values look like."""

from matching.proposing.proposal import Proposal, Proposed, propose

__all__ = ["Proposal", "Proposed", "propose"]
