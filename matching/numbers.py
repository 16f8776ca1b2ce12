"""The numbers that operations may turn, read from `policy.toml`; a slip in that file is an error that says where.

A new number is a field here and a line there.
"""

import tomllib
from collections.abc import Collection
from difflib import get_close_matches
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from matching.errors import CustomerHubError

Trust = Annotated[int, Field(strict=True, ge=0, le=9)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(_Table):
    """How ids pass from run to run."""

    changed_share: float = Field(ge=0, le=1)
    changed_at_least: int = Field(strict=True, ge=1)


class History(_Table):
    """How long what was published is kept."""

    snapshots: int = Field(strict=True, ge=1)
    days: int = Field(strict=True, ge=1)


class Households(_Table):
    """Who lives together."""

    members_at_most: int = Field(strict=True, ge=2)


class Survivorship(_Table):
    """Which values are golden. `trust` is by attribute and feed."""

    shared_by_at_most: int = Field(strict=True, ge=1)
    current_for_years: int = Field(strict=True, ge=1, le=100)
    trust_otherwise: Trust
    trust: dict[str, dict[str, Trust]]


class Model(_Table):
    """When the model has become old."""

    drift_from: float = Field(gt=0)
    outgrown_from: float = Field(gt=1)


class KnownQuestions(_Table):
    """Questions whose answer is known, asked again to see how far stewards agree."""

    every: int = Field(strict=True, ge=0)
    kept: int = Field(strict=True, ge=0)
    sure: float = Field(gt=0.5, le=1)


class Numbers(_Table):
    """The whole file."""

    known_questions: KnownQuestions
    model: Model
    identity: Identity
    history: History
    households: Households
    survivorship: Survivorship


def read_numbers(text: str, *, attributes: Collection[str], where: str) -> Numbers:
    """Give the numbers of a policy file; `attributes` are those in which channels can be trusted.

    A `CustomerHubError` names all that is missing, unknown or impossible.
    """
    try:
        numbers = Numbers.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = f"{where}: expected TOML, found {error}; mend that line"
        raise CustomerHubError(message) from error
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg'].lower()}" for each in error.errors())
        message = f"{where}: {found}; mend these entries"
        raise CustomerHubError(message) from error
    for attribute in numbers.survivorship.trust:
        if attribute not in attributes:
            near = get_close_matches(attribute, sorted(attributes), n=1)
            hint = f", perhaps {near[0]}" if near else ""
            expected = ", ".join(sorted(attributes))
            message = f"{where}: survivorship.trust: expected one of {expected}{hint}; found {attribute}"
            raise CustomerHubError(message)
    return numbers
