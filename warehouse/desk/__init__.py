"""The stewards' work: what waits, who has it, how it goes."""
