"""Versions of the matching model: learned, kept, put in force."""
