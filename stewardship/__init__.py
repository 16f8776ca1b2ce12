"""The stewards' web desk and the look-up API stand here; the core and the warehouse below already answer for them."""
