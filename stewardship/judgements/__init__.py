"""What was decided, what became of it, and judgements as files."""
