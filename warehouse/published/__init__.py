"""Snapshots: built aside, patched from the one before, published, read, described."""
