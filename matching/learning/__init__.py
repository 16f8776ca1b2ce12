"""What a table teaches without labels: how often facts agree, who is kin, which word of a name is the family's."""
