"""The matching core: a table whose columns are named by kind goes in, customers come out, each decision explained."""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matching.explaining import Explanation, explain
    from matching.fieldspec import FieldSpec, load_fields
    from matching.model import Model
    from matching.resolving import Resolution, resolve

os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:5000,muzzy_decay_ms:0")
"""Polars' memory, once free, is kept five seconds for the next frame, then given back at once. Given back after half a
second, as Polars has it, a fifth of a run's processor time goes into getting the same pages again."""

__all__ = ["Explanation", "FieldSpec", "Model", "Resolution", "explain", "load_fields", "resolve"]

HOME_OF: Final = {
    "Explanation": "matching.explaining",
    "FieldSpec": "matching.fieldspec",
    "Model": "matching.model",
    "Resolution": "matching.resolving",
    "explain": "matching.explaining",
    "load_fields": "matching.fieldspec",
    "resolve": "matching.resolving",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first asked for: who wants an error class need not wait for the dictionaries."""
    if name not in HOME_OF:
        raise AttributeError(f"module 'matching' has no attribute {name!r}")
    return getattr(import_module(HOME_OF[name]), name)
