"""The place of the stewards' web desk and the look-up API, between the shell and what they read. Empty so far."""
