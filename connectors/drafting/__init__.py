"""An extract of a channel nobody has mapped yet → the feed file to begin with."""

from connectors.drafting.draft import Draft, draft

__all__ = ["Draft", "draft"]
