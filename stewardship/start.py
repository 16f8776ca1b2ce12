"""The start page: which snapshot is in force and what it holds."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from stewardship.desk import InForce
from stewardship.gates import requires
from stewardship.pages import page
from warehouse.roles import Role
from warehouse.users import User

router = APIRouter()


@router.get("/")
def start(request: Request, who: Annotated[User, requires(Role.VIEWER)], snapshot: InForce) -> HTMLResponse:
    """Show what is in force."""
    return page(
        request, "start.html", run_id=snapshot.run_id, counts=snapshot.count("customers", "records", "review_queue")
    )
