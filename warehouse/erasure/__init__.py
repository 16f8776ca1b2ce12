"""Erasure: a person leaves every place under a home and does not come back; a search proves it."""
