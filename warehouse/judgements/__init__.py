"""What stewards decided, and what of it the next run carries out; the way back to an earlier snapshot."""
