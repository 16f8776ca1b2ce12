"""Addresses of pages that go on from the one at hand, and of the one at hand itself."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.routing import Match, Router


def paged(wanted: Any, page: int) -> str:
    """Give the query of another page of a list that is filtered as `wanted` (a dataclass of texts) says."""
    told = {name: value for name, value in asdict(wanted).items() if value}
    return "?" + urlencode(told | {"page": page})


def here(request: Request) -> str:
    """Give the address at which the page at hand, or what it belongs to, can be opened again.

    The answer to a form has none of its own: it belongs to the nearest page above it.
    """
    path = request.url.path
    if request.method in {"GET", "HEAD"}:
        return f"{path}?{request.url.query}" if request.url.query else path
    router: Router = request.app.router
    while path.count("/") > 1 and not _is_page(router, path):
        path = path.rpartition("/")[0]
    return path if _is_page(router, path) else "/"


def _is_page(router: Router, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in router.routes)
