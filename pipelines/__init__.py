"""The shell: Dagster definitions, resources, run reports, the command line."""

import os

os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:5000,muzzy_decay_ms:0")
"""Polars' memory, once free, is kept five seconds for the next frame, then given back at once. Given back after half a
second, as Polars has it, a fifth of a run's processor time goes into getting the same pages again."""
