"""Why two records are one customer, or what kept them apart."""
