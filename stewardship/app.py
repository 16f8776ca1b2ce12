"""The stewards' desk and the look-up API: what there is, part by part."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from stewardship import answering, bulk, judgements, login, queue, revealing, start
from stewardship.desk import Desk
from stewardship.failures import handle_failures
from stewardship.gates import gated
from stewardship.pages import HERE
from stewardship.shield import STATIC, Shield
from warehouse import moments, state
from warehouse.serving import SnapshotReader

ROUTERS: Final[Sequence[APIRouter]] = (
    login.router,
    start.router,
    revealing.router,
    queue.router,
    answering.router,
    bulk.router,
    judgements.router,
)
"""Every page and endpoint, in the order in which people meet them."""

THIS_MACHINE: Final = ("127.0.0.1", "localhost")


def make_app(
    home: Path, *, hosts: Sequence[str] = THIS_MACHINE, secure: bool = False, now: Callable[[], datetime] = moments.now
) -> FastAPI:
    """Give the desk of a home. It answers under `hosts` only; `secure` says that readers come over HTTPS."""
    desk = Desk(home, SnapshotReader(home), now, _secret(home), secure)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.reader.close()

    gated(ROUTERS)
    app = FastAPI(title="Customer Hub", lifespan=living, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(Shield, secure=secure)
    app.mount(STATIC, StaticFiles(directory=HERE / "static"))
    for router in ROUTERS:
        app.include_router(router)
    handle_failures(app)
    return app


def _secret(home: Path) -> bytes:
    """Give the desk's own secret, made from the home's so that it outlives a restart."""
    return hmac.digest(state.secret(home), b"desk", hashlib.sha256)
