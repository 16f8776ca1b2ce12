"""The look-up API: who is this, and what is known of this customer. JSON in, JSON out, a key in a header."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from matching.customers import customer_ids
from matching.errors import CustomerHubError
from matching.lookup.asking import MOST_VALUES, Question
from matching.words import EntityType
from stewardship.access.gates import anyone
from stewardship.access.keys import requires_key
from stewardship.access.masking import masked_row
from stewardship.desk import Desk, TheDesk, desk_of
from stewardship.lookup.candidates import Candidates, asks_nothing, told
from stewardship.lookup.lookups import Lookups
from stewardship.pages import page
from warehouse.access import audit_log
from warehouse.access.api_keys import ApiKey
from warehouse.access.roles import Role
from warehouse.queries.finding import Found, find

router = APIRouter(prefix="/api")
description = APIRouter(prefix="/api", dependencies=[anyone()])

Text = Annotated[str, Field(max_length=300)]


class Problem(BaseModel):
    """Why there is no answer."""

    detail: str


REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": Problem, "description": "No key, an unknown one, or a revoked one"},
    403: {"model": Problem, "description": "The key's role may not do this"},
    422: {
        "model": Problem,
        "description": "The request is not as described, or tells nothing of a customer; the detail says what",
    },
    429: {"model": Problem, "description": "More requests than the key's rate allows; wait for Retry-After seconds"},
    503: {"model": Problem, "description": "Nothing is published, or look-up is being prepared; see Retry-After"},
}


class Customer(BaseModel):
    """A golden customer, and where the answer comes from."""

    run: str = Field(description="The run whose snapshot this is read from")
    customer_id: str = Field(description="The id in force")
    asked_for: str = Field(description="The id that was asked for")
    note: str | None = Field(description="What became of the id that was asked for, if it is no longer in use")
    masked: bool = Field(description="Whether personal data are masked")
    customer: dict[str, Any] = Field(description="The columns of the published table customers")


class Wanted(BaseModel):
    """What is known of somebody: any part of it, as it was said."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        Text | None, Field(description="A person's or a firm's name, or a part of it; in Chinese or in letters")
    ] = None
    id_number: Annotated[
        Text | None, Field(description="The number of an identity document, * for what is masked; 15 digits or 18")
    ] = None
    id_last4: Annotated[
        str | None,
        Field(
            pattern=r"^\s*\d{3}[\dXx]\s*$", description="The last four characters of a resident id, without id_number"
        ),
    ] = None
    mobile: Annotated[Text | None, Field(description="A telephone number of any kind")] = None
    phones: Annotated[
        list[Text], Field(max_length=MOST_VALUES, description="Further telephone numbers, of any kind")
    ] = []
    email: Text | None = None
    birth_date: Annotated[Text | None, Field(description="1990-01-31, 19900131, 1990年1月31日 …")] = None
    gender: Annotated[Text | None, Field(description="male, female, 男, 女 …")] = None
    address: Annotated[Text | None, Field(description="An address, or its lower part")] = None
    entity_type: Annotated[
        EntityType | None, Field(description="Whether a person or a firm is meant; else the name shows it")
    ] = None
    limit: Annotated[int, Field(ge=1, le=20, description="How many customers to give at most")] = 5


@router.get(
    "/customers/{customer_id}",
    response_model=Customer,
    responses={
        **REFUSALS,
        404: {"model": Problem, "description": "Never published"},
        410: {"model": Problem, "description": "None of the customer's records is left"},
    },
)
async def customer(
    customer_id: Annotated[str, Path(max_length=64)],
    request: Request,
    desk: TheDesk,
    key: Annotated[ApiKey, requires_key(Role.VIEWER)],
    clear: Annotated[bool, Query(description="Without masks: keys of stewards and above; goes on record")] = False,
) -> Response:
    """Give a golden customer by its id, as it is stored or as people write it, or by an id that was merged into it."""
    if clear and not key.role.may(Role.STEWARD):
        raise HTTPException(403)
    lookups: Lookups = request.app.state.lookups
    golden = lookups.golden(desk.reader.in_force())
    row = None if golden is None else golden.find(customer_id) or golden.find(_as_stored(customer_id))
    if golden is None or row is None:
        return await run_in_threadpool(_from_snapshot, desk, key, customer_id, clear=clear)
    if clear:
        await run_in_threadpool(_put_on_record, desk, key, str(row["customer_id"]))
    return _shown(golden.run_id, customer_id, Found(row, redirected=False, reason=None), clear=clear)


def _from_snapshot(desk: Desk, key: ApiKey, customer_id: str, *, clear: bool) -> Response:
    """Give a customer by any id from the snapshot itself."""
    with desk.reader.snapshot() as snapshot:
        found = find(snapshot, customer_id) or find(snapshot, _as_stored(customer_id))
    if found is None:
        raise HTTPException(404, _why_unknown(customer_id))
    if found.customer is None:
        raise HTTPException(410, f"none of the customer's records is left ({found.reason}); run {snapshot.run_id}")
    if clear:
        _put_on_record(desk, key, str(found.customer["customer_id"]))
    return _shown(snapshot.run_id, customer_id, found, clear=clear)


def _as_stored(said: str) -> str:
    """Give an id as people write it (hyphens, small letters, O for 0) as it is stored; what is none as it is."""
    try:
        return customer_ids.parse(said)
    except CustomerHubError:
        return said


def _why_unknown(said: str) -> str:
    """Say whether the id was misread or never given."""
    try:
        customer_ids.parse(said)
    except CustomerHubError as mistake:
        return str(mistake)
    return "no customer ever had this id"


def _put_on_record(desk: Desk, key: ApiKey, customer_id: str) -> None:
    with audit_log.audited(desk.home) as audit:
        audit.record(desk.now(), f"key:{key.name}", "revealed", f"customer:{customer_id}")


def _shown(run_id: str, asked_for: str, found: Found, *, clear: bool) -> Response:
    """Give a customer that was found, with or without masks."""
    assert found.customer is not None  # noqa: S101 -- tombstones are told apart before
    in_force = str(found.customer["customer_id"])
    return _answered(
        Customer(
            run=run_id,
            customer_id=in_force,
            asked_for=asked_for,
            note=f"{asked_for} is {found.reason}: it leads to {in_force}" if found.redirected else None,
            masked=not clear,
            customer=found.customer if clear else masked_row(found.customer),
        )
    )


@router.post(
    "/match",
    response_model=Candidates,
    responses={**REFUSALS, 400: {"model": Problem, "description": "The body is not JSON in UTF-8"}},
)
def match(wanted: Wanted, request: Request, key: Annotated[ApiKey, requires_key(Role.VIEWER)]) -> Response:
    """Give the customers that a partial record may mean, with score and evidence; nothing is written down."""
    lookups: Lookups = request.app.state.lookups
    lookup = lookups.now
    if lookup is None:
        desk_of(request).reader.in_force()  # where nothing is published nothing is being prepared either
        lookups.begin()
        raise HTTPException(503, "look-up is being prepared from the snapshot in force", {"Retry-After": "10"})
    asked = lookup.desk.understand(question(wanted))
    if asked.says_nothing:
        raise HTTPException(422, asks_nothing(asked, mobile_first=bool(wanted.mobile)))
    answers = lookup.desk.answer(asked, limit=wanted.limit)
    return _answered(told(lookup.run_id, answers, asked, mobile_first=bool(wanted.mobile)))


def _answered(answer: BaseModel) -> Response:
    """Give an answer as JSON: what we made ourselves need not be held against its description once more."""
    return Response(answer.model_dump_json(), media_type="application/json")


def question(wanted: Wanted) -> Question:
    """Give the question as matching wants it."""
    return Question(
        name=wanted.name,
        id_number=wanted.id_number,
        id_last4=wanted.id_last4,
        phones=(*((wanted.mobile,) if wanted.mobile else ()), *wanted.phones),
        email=wanted.email,
        birth_date=wanted.birth_date,
        gender=wanted.gender,
        address=wanted.address,
        entity_type=wanted.entity_type,
    )


@description.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """Give the description of this API."""
    return JSONResponse(request.app.openapi())


@description.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """Show the description as a page."""
    told = request.app.openapi()
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]
    return page(request, "api.html", operations=operations, schemas=told["components"]["schemas"])
