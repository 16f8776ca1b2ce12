"""The words of the design: every label that is compared anywhere is a member of one of these enums."""

from enum import StrEnum
from typing import Final

ERASED: Final = "erased"
"""The rule by which a row is no record: the person it tells of asked to be forgotten, and nothing of it is kept."""


class Band(StrEnum):
    """What a pair's score means: joined, asked of a steward, or left apart."""

    MATCH = "match"
    REVIEW = "review"
    APART = "apart"


class Judgement(StrEnum):
    """What a steward said of two records."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Retired(StrEnum):
    """Why a customer id is out of use."""

    MERGED = "merged"  # its customer is part of another one
    GONE = "gone"  # none of its records is left
    ROLLED_BACK = "rolled_back"  # the run that published it was rolled back
    ERASED = "erased"  # its person asked to be forgotten


class Claim(StrEnum):
    """What an id out of use has to say about the records it held last."""

    RESTORED = "restored"  # they are its own again: a merge was taken back
    RETURNS = "returns"  # it names their customer if no id in force does: its run was rolled back
    LEADS = "leads"  # it redirects to where they are


class Reason(StrEnum):
    """Why a steward is asked: about a cluster, or about two records."""

    WEAK_BRIDGE = "weak_bridge"
    OVERSIZED = "oversized"
    CONTRADICTION = "contradiction"
    UNDECIDED = "undecided"
    SAMPLED = "sampled"  # drawn by lot, to estimate how right the customers are


class EntityType(StrEnum):
    """A customer is a person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class SubscriptionStatus(StrEnum):
    """What a subscription is: in use, in use but cut off for a while, or given up."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Severity(StrEnum):
    """What a failed check does: `critical` keeps a candidate from being published, `warning` is reported."""

    CRITICAL = "critical"
    WARNING = "warning"


class Kind(StrEnum):
    """What a column holds; a column's kind is all that matching needs to be told about it."""

    PERSON_NAME = "person_name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    ORGANISATION_NAME = "organisation_name"
    BIRTH_DATE = "birth_date"
    BIRTH_YEAR = "birth_year"
    BIRTH_MONTH = "birth_month"
    BIRTH_DAY = "birth_day"
    GENDER = "gender"
    PHONE = "phone"
    EMAIL = "email"
    ID_NUMBER = "id_number"
    ADDRESS = "address"
    HOUSE_NUMBER = "house_number"
    STREET = "street"
    POSTCODE = "postcode"
    PLACE = "place"
    CATEGORY = "category"
    TEXT = "text"
