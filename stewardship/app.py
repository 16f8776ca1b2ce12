"""The stewards' desk and the look-up API: what there is, part by part."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from stewardship import model_page, overview, start
from stewardship.access import account, login
from stewardship.access.gates import gated
from stewardship.access.keys import Rates
from stewardship.access.shield import STATIC, Shield
from stewardship.customers import mending, noting, repair, revealing, why_not
from stewardship.customers.finding import Finder
from stewardship.desk import Desk
from stewardship.failures import handle_failures
from stewardship.judgements import judgements
from stewardship.lookup import api
from stewardship.lookup.lookups import Lookups
from stewardship.pages import HERE
from stewardship.queue import answering, bulk, queue
from warehouse import moments, state
from warehouse.access.api_keys import Keyring
from warehouse.queries.serving import SnapshotReader

ROUTERS: Final[Sequence[APIRouter]] = (
    api.router,
    login.router,
    start.router,
    revealing.router,
    repair.router,
    mending.router,
    why_not.router,
    noting.router,
    overview.router,
    model_page.router,
    queue.router,
    answering.router,
    bulk.router,
    judgements.router,
    account.router,
    api.description,
)
"""Every page and endpoint: what programs ask many times a second first, then in the order in which people meet them."""

SUMMARY: Final = "Who is this, and what is known of this customer?"
THIS_MACHINE: Final = ("127.0.0.1", "localhost")


def make_app(
    home: Path, *, hosts: Sequence[str] = THIS_MACHINE, secure: bool = False, now: Callable[[], datetime] = moments.now
) -> FastAPI:
    """Give the desk of a home. It answers under `hosts` only; `secure` says that readers come over HTTPS.

    Look-up is prepared when it is first asked for, or by `app.state.lookups.begin()`.
    """
    desk = Desk(home, SnapshotReader(home), now, _secret(home), secure)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        with state.kept_open(home):
            yield
        app.state.lookups.end()
        app.state.keyring.close()
        desk.reader.close()

    gated(ROUTERS)
    app = FastAPI(
        title="Customer Hub",
        summary=SUMMARY,
        version=version("customer-hub"),
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.desk = desk
    app.state.lookups = Lookups(home)
    app.state.finder = Finder(app.state.lookups)
    app.state.keyring = Keyring(home)
    app.state.rates = Rates(lambda: now().timestamp())
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(Shield, secure=secure, larger={judgements.IMPORT: judgements.LARGEST_BODY})
    app.mount(STATIC, StaticFiles(directory=HERE / "static"))
    for router in ROUTERS:
        app.include_router(router, include_in_schema=router is api.router)
    handle_failures(app)
    return app


def _secret(home: Path) -> bytes:
    """Give the desk's own secret, made from the home's so that it outlives a restart."""
    return hmac.digest(state.secret(home), b"desk", hashlib.sha256)
