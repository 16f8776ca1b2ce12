"""What surrounds every answer: strict headers, a limit on what is sent, and faults told without their contents."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
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


@dataclass(frozen=True)
class Refusal:
    """What the shield itself says, in both languages: a title and what to do."""

    status: int
    title: tuple[str, str]
    says: tuple[str, str]

    def answer(self, scope: Scope) -> Response:
        """Give it as a page that needs nothing that may be at fault itself where a page was asked for, else as JSON."""
        if "text/html" in Headers(scope=scope).get("accept", ""):
            (title, title_en), (says, says_en) = self.title, self.says
            return HTMLResponse(PAGE.format(title=title, title_en=title_en, says=says, says_en=says_en), self.status)
        return JSONResponse({"detail": " ".join(self.says)}, self.status)


FAULT: Final = Refusal(
    500,
    ("系统出错", "Something went wrong"),
    (
        "系统出错，没有完成。请稍后再试；如仍出错，请把时间告诉管理员。",
        "It did not work. Try again in a while; if it fails again, tell an administrator when it happened.",
    ),
)
TOO_MUCH: Final = Refusal(
    413,
    ("内容太大", "That is too much"),
    ("内容太大，没有收下。请分成几份再试。", "It is too large and was not taken. Split it, and try again."),
)
PAGE: Final = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {title_en}</title><link rel="stylesheet" href="/static/hub.css"></head>
<body><main><h1>{title} <span lang="en">{title_en}</span></h1><p>{says}</p><p lang="en">{says_en}</p>
<p><a href="/">返回首页 <span lang="en">To the start page</span></a></p></main></body></html>
"""


class Shield:
    """The outermost layer around the desk. `larger` are paths to which more may be sent than elsewhere, in bytes."""

    def __init__(self, app: ASGIApp, *, secure: bool, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = larger
        self.headers = (*HEADERS, *((("Strict-Transport-Security", "max-age=31536000"),) if secure else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.larger.get(scope["path"], LARGEST_BODY)
        started = False
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
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
            if int(Headers(scope=scope).get("content-length", "0")) > most:
                await TOO_MUCH.answer(scope)(scope, receive, sent)
                return
            await self.app(scope, limited, sent)
        except Exception as failure:  # noqa: BLE001 (what a fault says may hold a customer's values: only where it was is told)
            places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(failure.__traceback__)[-6:]]
            LOG.error(
                "%s %s: %s at %s", scope["method"], scope["path"], type(failure).__name__, " < ".join(places[::-1])
            )
            if not started:
                await FAULT.answer(scope)(scope, receive, sent)
