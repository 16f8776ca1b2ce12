"""Who is asking: the session's user, his language, and the token that proves a form came from our own page."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import Response

from stewardship.desk import Desk, TheDesk
from stewardship.wording import Language, best_language, language_of
from warehouse.access import sessions
from warehouse.access.users import User

LANGUAGE_COOKIE: Final = "hub_language"
YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser, logged in (`user`) or not. `token` is his session cookie's value, new if `is_new`."""

    user: User | None
    language: Language
    token: str
    csrf: str
    is_new: bool

    @property
    def name(self) -> str:
        """His name, for the audit log."""
        return self.user.name if self.user else "-"


def visitor(request: Request, desk: TheDesk) -> Visitor:
    """Give who is asking, and keep it with the request for the page that answers."""
    token = request.cookies.get(desk.session_cookie)
    user = sessions.holder(desk.home, token, at=desk.now()) if token else None
    held = token or secrets.token_urlsafe(32)
    found = Visitor(user, _language(request, user), held, csrf_token(desk, held), is_new=token is None)
    request.state.visitor = found
    return found


def _language(request: Request, user: User | None) -> Language:
    """Give the language the user chose; else the one chosen in this browser, perhaps by another; else the browser's."""
    chosen = (user.language if user else None) or request.cookies.get(LANGUAGE_COOKIE)
    return language_of(chosen) if chosen else best_language(request.headers.get("accept-language", ""))


TheVisitor = Annotated[Visitor, Depends(visitor)]


def csrf_token(desk: Desk, session_token: str) -> str:
    """Give what a form of this session must carry: nobody can work it out without our secret."""
    return hmac.new(desk.secret, session_token.encode(), hashlib.sha256).hexdigest()


def keep_session(response: Response, desk: Desk, token: str) -> None:
    """Hand the browser its session: out of reach of scripts, never sent from other sites, gone with the browser."""
    response.set_cookie(desk.session_cookie, token, path="/", httponly=True, secure=desk.secure, samesite="strict")


def keep_language(response: Response, desk: Desk, language: Language) -> None:
    """Hand the browser its language."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=YEAR, path="/", httponly=True, secure=desk.secure, samesite="strict"
    )
