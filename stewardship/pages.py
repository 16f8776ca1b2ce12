"""Pages: a template, what it shows, and the frame around it, in the visitor's language."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from matching.customers.customer_ids import spell
from stewardship.access import masking
from stewardship.access.audit_words import person
from stewardship.access.visitors import Visitor, keep_session, visitor
from stewardship.addresses import here as at_hand
from stewardship.addresses import paged
from stewardship.desk import desk_of
from stewardship.facts import code_says, in_words, likelihood, pattern_says
from stewardship.feed_titles import feed_title
from stewardship.wording import spoken
from warehouse.access.roles import Role
from warehouse.moments import here

HERE: Final = Path(__file__).parent
TEMPLATES: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["masked"] = masking.masked
TEMPLATES.filters["feed_title"] = feed_title
TEMPLATES.filters["pattern_says"] = pattern_says
TEMPLATES.filters["paged"] = paged
TEMPLATES.filters["code"] = code_says
TEMPLATES.filters["in_words"] = in_words
TEMPLATES.filters["person"] = person
TEMPLATES.filters["spelt"] = spell
TEMPLATES.filters["likelihood"] = likelihood
TEMPLATES.filters["minute"] = lambda moment: f"{here(moment):%Y-%m-%d %H:%M}"
TEMPLATES.filters["day"] = lambda moment: f"{here(moment):%Y-%m-%d}"


@dataclass(frozen=True)
class Entry:
    """A line of the navigation: where it leads, what it is called (a key of the wording), who sees it."""

    path: str
    says: str
    role: Role


NAVIGATION: Final[tuple[Entry, ...]] = (
    Entry("/", "start", Role.VIEWER),
    Entry("/queue", "queue", Role.STEWARD),
    Entry("/judgements", "judgements", Role.STEWARD),
    Entry("/customers", "find_customer", Role.VIEWER),
    Entry("/overview", "overview", Role.VIEWER),
    Entry("/model", "model", Role.STEWARD),
    Entry("/users", "users", Role.ADMIN),
    Entry("/audit", "audit", Role.ADMIN),
)


def fragment(request: Request, template: str, **shown: object) -> str:
    """Give a piece of a page, in the visitor's language. Templates find `t`, `language`, `user` and what is shown."""
    who: Visitor = request.state.visitor
    return TEMPLATES.get_template(template).render(
        t=spoken(who.language), language=who.language, user=who.user, Role=Role, **shown
    )


def page(request: Request, template: str, *, status: int = 200, **shown: object) -> HTMLResponse:
    """Give a page. Templates find `t`, `language`, `user`, `csrf`, `path`, `here`, `answers_form` and what is shown.

    Everything shown is escaped; a name that a template uses and nobody gave is an error.
    """
    here = desk_of(request)
    who: Visitor = getattr(request.state, "visitor", None) or visitor(request, here)
    text = TEMPLATES.get_template(template).render(
        t=spoken(who.language),
        language=who.language,
        user=who.user,
        csrf=who.csrf,
        navigation=[entry for entry in NAVIGATION if who.user and who.user.role.may(entry.role)],
        path=request.url.path,
        here=at_hand(request),
        answers_form=request.method == "POST",
        Role=Role,
        **shown,
    )
    response = HTMLResponse(text, status)
    if who.is_new:
        keep_session(response, here, who.token)
    return response
