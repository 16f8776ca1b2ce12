"""What a request is told that cannot be answered: a page for people, JSON for programs; never a value."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from matching.customers.correcting import CannotBeOneError, CannotCorrectError, NothingToPartError, TooManyPairsError
from matching.errors import CustomerHubError
from stewardship.access.gates import SAFE
from stewardship.access.visitors import Visitor
from stewardship.pages import page
from stewardship.wording import WORDING, Language, say
from warehouse.desk.desk_refresh import QueueError
from warehouse.errors import LockedError, SnapshotError
from warehouse.judgements.planned import CarriedOutError, LaterFirstError
from warehouse.state import StateError

LOG: Final = logging.getLogger("uvicorn.error")
LOGIN: Final = "/login"
API: Final = "/api/"


UNREADABLE: Final = "There was an error parsing the body"
"""What FastAPI says of a body that is not even text."""
NOT_AN_OBJECT: Final = ("model_attributes_type", "json_invalid")
TOLD_WITHOUT_VALUES: Final = (
    "bool_parsing",
    "enum",
    "extra_forbidden",
    "greater_than_equal",
    "int_parsing",
    "int_type",
    "less_than_equal",
    "list_type",
    "missing",
    "string_pattern_mismatch",
    "string_too_long",
    "string_type",
    "too_long",
)


MISTAKES: Final[Mapping[type[CustomerHubError], str]] = {
    NothingToPartError: "nothing_to_part",
    CannotBeOneError: "cannot_be_one",
    CannotCorrectError: "cannot_correct",
    TooManyPairsError: "too_many_pairs",
    CarriedOutError: "carried_out",
    LaterFirstError: "later_first",
    QueueError: "queue_outdated",
}
"""What stewards run into, and how pages say it; programs and the command line are told by the error itself."""


def handle_failures(app: FastAPI) -> None:
    """Let the application answer failures as this module does."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(SnapshotError, _no_snapshot)
    app.add_exception_handler(StateError, _no_state)
    app.add_exception_handler(CustomerHubError, _mistaken)


async def _refused(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)  # noqa: S101 (it is registered for this class)
    if failure.status_code == HTTPStatus.UNAUTHORIZED and request.method in SAFE and not _is_program(request):
        return RedirectResponse(f"{LOGIN}?next={quote(_asked(request))}", 303)
    if failure.detail == UNREADABLE and request.url.path.startswith(API):
        return await _told(request, 400, _what_is_wrong({"loc": ("body",), "type": NOT_AN_OBJECT[0]}))
    plain = HTTPStatus(failure.status_code).phrase
    detail = failure.detail if failure.detail != plain else _explained(failure.status_code)
    return await _told(request, failure.status_code, detail, dict(failure.headers or {}))


async def _not_understood(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, RequestValidationError)  # noqa: S101
    if not request.url.path.startswith(API):
        return await _told(request, 422, "error_422_says")
    return await _told(request, 422, "; ".join(_what_is_wrong(error) for error in failure.errors()))


def _what_is_wrong(error: Mapping[str, Any]) -> str:
    """Say of one mistake in a request where it is and what was expected; never what was sent.

    The kinds that are listed have sentences of the validator that name no value; the others go by their name.
    """
    where, kind = ".".join(map(str, error["loc"])), error["type"]
    if kind in NOT_AN_OBJECT:
        return f"{where}: expected a JSON object in UTF-8, sent with Content-Type: application/json"
    return f"{where}: {kind}" + (f" ({error['msg']})" if kind in TOLD_WITHOUT_VALUES else "")


async def _no_snapshot(request: Request, failure: Exception) -> Response:
    said = "snapshot_locked" if isinstance(failure, LockedError) else "nothing_published"
    return await _told(request, 503, said)


async def _no_state(request: Request, failure: Exception) -> Response:
    """Say that it is the machine's fault, to whoever asks in his language, and where it lies to who looks after it."""
    LOG.error("%s %s: %s", request.method, request.url.path, failure)
    return await _told(request, 503, "state_unavailable")


async def _mistaken(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, CustomerHubError)  # noqa: S101
    said = MISTAKES.get(type(failure), str(failure))
    return await _told(request, 400, str(failure) if request.url.path.startswith(API) else said)


async def _told(request: Request, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Answer with a status and a detail, which is a key of the wording or plain text."""
    if _is_program(request):
        who: Visitor | None = getattr(request.state, "visitor", None)
        is_ours = who is not None and not request.url.path.startswith(API)
        plain = say(who.language if who and is_ours else Language.ENGLISH, detail) if detail in WORDING else detail
        return JSONResponse({"detail": plain or HTTPStatus(status).phrase}, status, headers=headers)
    title = f"error_{status}" if f"error_{status}" in WORDING else "error_500"
    answer = await run_in_threadpool(
        page,
        request,
        "failure.html",
        status=status,
        title=title,
        detail=detail,
        is_key=detail in WORDING,
        posted=request.method not in SAFE,
        is_stranger=status == HTTPStatus.UNAUTHORIZED,
    )
    answer.headers.update(headers or {})
    return answer


def _explained(status: int) -> str:
    key = f"error_{status}_says"
    return key if key in WORDING else ""


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(API) or "application/json" in request.headers.get("accept", "")


def _asked(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
