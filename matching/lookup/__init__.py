"""Who is this? Records laid out so that a question is answered in milliseconds."""
