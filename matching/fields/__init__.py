"""The kinds of field that matching knows, each in a module of its own that exports `FIELD`."""

import importlib
import importlib.util
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from matching.fields.base import Field
from matching.words import Kind

FIELDS: Final[Mapping[Kind, Field]] = MappingProxyType(
    {
        kind: importlib.import_module(f"matching.fields.{kind}").FIELD
        for kind in Kind
        if importlib.util.find_spec(f"matching.fields.{kind}")
    }
)
"""Every kind with its field."""
