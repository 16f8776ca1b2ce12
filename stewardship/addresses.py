"""Addresses of pages that go on from the one at hand."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode


def paged(wanted: Any, page: int) -> str:
    """Give the query of another page of a list that is filtered as `wanted` (a dataclass of texts) says."""
    told = {name: value for name, value in asdict(wanted).items() if value}
    return "?" + urlencode(told | {"page": page})
