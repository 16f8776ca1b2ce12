"""A person is erased: requested, carried out step by step, proved."""
