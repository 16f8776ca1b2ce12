"""The stewards' web desk and the look-up API."""
