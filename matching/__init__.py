"""The matching core: a table whose columns are named by kind goes in, customers come out, each decision explained.

What is believed stands in `policy`, the words in `words`. Each kind of value is a module of `fields`; `single` does the
same for one value at a time. `resolving` runs through the rooms in order: `facts` (what records tell, as numbers),
`scores` (what agreement says), `learning` (how much, without labels), `blocks` (which pairs to compare), `clusters`
(which records are one customer); `delta` runs through what has changed. From there `customers` makes ids and golden
values last, `lookup` answers who somebody is, `judgements` takes people's answers in, and `explanations` says why.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from matching.machine import prepare

if TYPE_CHECKING:
    from matching.explanations.explaining import Explanation, explain
    from matching.fieldspec import FieldSpec, load_fields
    from matching.model import Model
    from matching.resolving import Resolution, resolve

prepare()

__all__ = ["Explanation", "FieldSpec", "Model", "Resolution", "explain", "load_fields", "resolve"]

HOME_OF: Final = {
    "Explanation": "matching.explanations.explaining",
    "FieldSpec": "matching.fieldspec",
    "Model": "matching.model",
    "Resolution": "matching.resolving",
    "explain": "matching.explanations.explaining",
    "load_fields": "matching.fieldspec",
    "resolve": "matching.resolving",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first asked for: who wants an error class need not wait for the dictionaries."""
    if name not in HOME_OF:
        raise AttributeError(f"module 'matching' has no attribute {name!r}")
    return getattr(import_module(HOME_OF[name]), name)
