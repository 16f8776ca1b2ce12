"""What surrounds every answer: strict headers, a limit on what is sent, and faults told without their contents."""

import logging
import traceback
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG: Final = logging.getLogger("uvicorn.error")
STATIC: Final = "/static"
LARGEST_BODY: Final = 2_000_000
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)

FAULTED: Final = "系统出错，没有完成。请稍后再试；如仍出错，请把时间告诉管理员。"
FAULTED_EN: Final = "It did not work. Try again in a while; if it fails again, tell an administrator when it happened."
FAULT: Final = f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>系统出错 · Something went wrong</title><link rel="stylesheet" href="/static/hub.css"></head>
<body><main><h1>系统出错 <span lang="en">Something went wrong</span></h1><p>{FAULTED}</p><p lang="en">{FAULTED_EN}</p>
<p><a href="/">返回首页 <span lang="en">To the start page</span></a></p></main></body></html>
"""
"""What people are told of a fault: a page that needs nothing that may be at fault itself."""


class Shield:
    """The outermost layer around the desk."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = (*HEADERS, *((("Strict-Transport-Security", "max-age=31536000"),) if secure else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                raise HTTPException(413)
            return message

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers:
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-cache" if scope["path"].startswith(STATIC) else "no-store")
            await send(message)

        try:
            if int(Headers(scope=scope).get("content-length", "0")) > LARGEST_BODY:
                await PlainTextResponse("413", 413)(scope, receive, sent)
                return
            await self.app(scope, limited, sent)
        except Exception as failure:  # noqa: BLE001 (what a fault says may hold a customer's values: only where it was is told)
            places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(failure.__traceback__)[-6:]]
            LOG.error(
                "%s %s: %s at %s", scope["method"], scope["path"], type(failure).__name__, " < ".join(places[::-1])
            )
            if not started:
                await _faulted(scope)(scope, receive, sent)


def _faulted(scope: Scope) -> Response:
    """Tell of a fault: a page where a page was asked for, else JSON."""
    if "text/html" in Headers(scope=scope).get("accept", ""):
        return HTMLResponse(FAULT, 500)
    return JSONResponse({"detail": f"{FAULTED} {FAULTED_EN}"}, 500)
