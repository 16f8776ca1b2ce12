"""The start page: what waits for whoever logged in, and what is in force."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from stewardship.access.gates import requires
from stewardship.desk import InForce, TheDesk
from stewardship.pages import page
from stewardship.queue import asking
from warehouse import state
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk import notes
from warehouse.desk.work import todo
from warehouse.models import models
from warehouse.moments import today

router = APIRouter()


@router.get("/")
def start(
    request: Request, desk: TheDesk, who: Annotated[User, requires(Role.VIEWER)], snapshot: InForce
) -> HTMLResponse:
    """Show what is to be done, and what the snapshot in force holds."""
    at = desk.now()
    to_do, noted = None, 0
    if who.role.may(Role.STEWARD):
        asking.made_ready(desk, snapshot)
        with state.reading(desk.home) as connection:
            to_do = todo(connection, who.name, at, snapshot.run_id)
            noted = notes.waiting_for(connection, who.name)
    ended = snapshot.rows("SELECT finished_at FROM runs WHERE run_id = ?", [snapshot.run_id])
    return page(
        request,
        "start.html",
        run_id=snapshot.run_id,
        ended=ended[0][0] if ended else None,
        counts=snapshot.count("customers", "records", "review_queue"),
        to_do=to_do,
        noted=noted,
        due=len(state.pins_due(desk.home, today(at))) if to_do else 0,
        aside=state.pins_set_aside(desk.home).height if to_do else 0,
        proposals=len(models.proposals(desk.home)) if who.role.may(Role.SENIOR) else 0,
    )
