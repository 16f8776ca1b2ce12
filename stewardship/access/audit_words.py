"""The audit log in words: deeds, subjects and details are kept in English and shown in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stewardship.wording import WORDING, Language, say
from warehouse.access.audit_log import COMMAND_LINE

VALUES: Final[Mapping[str, str]] = {"role": "role_", "verdict": "judged_", "attribute": "golden_", "kinds": "kind_"}
"""Details whose values are words of ours, and how the keys of those begin."""


@dataclass(frozen=True)
class Told:
    """An entry of the log as a page shows it; `customer_id` is set where it is about a customer."""

    id: int
    at: str
    who: str
    deed: str
    subject: str
    customer_id: str
    details: tuple[tuple[str, str], ...]


def told(entry: Mapping[str, object], language: Language) -> Told:
    """Give an entry in words; what nobody has put into words is shown as it is kept."""
    subject = str(entry["subject"])
    kind, _, named = subject.partition(":")
    details = entry["details"]
    return Told(
        id=int(str(entry["id"])),
        at=str(entry["at"]),
        who=person(str(entry["who"]), language),
        deed=_word("did_", str(entry["action"]), language),
        subject=" ".join(part for part in (_word("subject_", kind, language), named) if part),
        customer_id=named if kind == "customer" else "",
        details=tuple(
            (_word("detail_", name, language), _value(name, value, language))
            for name, value in (details.items() if isinstance(details, dict) else ())
            if value is not None
        ),
    )


def person(name: str, language: Language) -> str:
    """Give the name of who did something; that it was done at the command line is said in the reader's language."""
    at_desk = name.removesuffix(COMMAND_LINE)
    return name if at_desk == name else say(language, "at_command_line", who=at_desk)


def _value(name: str, value: object, language: Language) -> str:
    every = value if isinstance(value, list) else [value]
    return ", ".join(_word(VALUES[name], str(each), language) if name in VALUES else str(each) for each in every)


def _word(prefix: str, text: str, language: Language) -> str:
    key = prefix + text.replace("-", "_").replace(" ", "_")
    return say(language, key) if key in WORDING else text
