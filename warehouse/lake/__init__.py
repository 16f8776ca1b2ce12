"""Frames that a run leaves for the next one to go on from."""
