"""Who is this? For people and for programs."""
