"""One customer: found, seen whole, repaired."""
