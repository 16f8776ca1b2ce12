"""What the agreement of two records says: levels, how common a value is, weights, and their sum."""
