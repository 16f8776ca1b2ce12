"""Which scored pairs become one customer, decided as whole clusters."""
