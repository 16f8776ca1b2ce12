"""The matching core: a table whose columns are named by kind goes in, customers come out, each decision explained."""

from matching.explaining import Explanation, explain
from matching.fieldspec import FieldSpec, load_fields
from matching.model import Model
from matching.resolving import Resolution, resolve

__all__ = ["Explanation", "FieldSpec", "Model", "Resolution", "explain", "load_fields", "resolve"]
