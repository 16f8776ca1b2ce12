"""Questions and answers: what a steward works through."""
