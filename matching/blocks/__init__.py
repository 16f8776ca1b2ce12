"""Which pairs of records are worth comparing: keys, what each costs, and the blocks they make."""
