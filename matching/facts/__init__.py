"""What records tell, as numbers: values cleaned, put where they belong, and encoded column by column."""
