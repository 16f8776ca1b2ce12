"""Erasure: a person leaves every place under a home, does not come back with the next extract, and a search proves it."""
