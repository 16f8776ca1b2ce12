"""The commands of `customer-hub`, by what they are about, and how they speak."""
