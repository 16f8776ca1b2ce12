"""Every frame that passes between packages: its grain, its columns, its types.

A frame is checked where it is made with `conform`; readers rely on it. Columns ending in `_raw` hold what the channel
said; the same name without it holds what we made of it.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from matching.errors import CustomerHubError
from matching.words import ERASED

Schema = Mapping[str, "pl.DataType | type[pl.DataType]"]

ATTRIBUTES: Final[tuple[str, ...]] = (
    "name",  # a person's or a firm's name
    "nickname",  # what the customer calls himself in an app
    "username",  # login name
    "id_type",  # kind of identity document, a code list: resident_id, credit_code, passport, …
    "id_number",  # as given: 18 or 15 digits, masked, or a firm's credit code
    "id_last4",  # its last four characters, where the channel keeps no more
    "gender",  # code list: male, female
    "birth_date",
    "mobile",  # a number the channel calls mobile
    "contact_phone",  # a number of any kind left for calling back
    "caller_number",  # the number a call came from
    "service_number",  # the number of a subscription
    "fixed_line",
    "email",
    "address",
    "business_category",
)
"""What a feed may say of a customer: columns that a feed file maps to and matching reads, all text."""

FACTS: Final[tuple[str, ...]] = (
    "account_no",
    "product",  # code list
    "subscription_status",  # code list
    "monthly_bill",
    "opened_on",
    "topic",  # what a ticket is about, a code list
    "solved_at_first",  # code list: yes, no
    "outlet",  # the outlet, agent or other place of service
    "device",
)
"""What a feed may say of a customer's dealings; kept for the 360° views, not for matching. All text."""

PROVENANCE: Final[Schema] = {
    "record_id": pl.String,  # feed:source_id
    "feed": pl.String,
    "source_id": pl.String,
    "extract": pl.String,  # path of the file below the landing folder, with / between
    "extract_id": pl.String,  # sha256 of its content, 64 hexadecimal digits
    "line": pl.Int64,  # 1-based line in the file (XLSX: sheet row; Parquet: row)
    "seen_at": pl.Datetime("us"),  # when the channel said so: midnight of the extract's delivery day, local time
    "happened_at": pl.Datetime("us"),  # the row's own time (a ticket, a registration), null where it has none
}

LANDED: Final[Schema] = {
    **PROVENANCE,
    **dict.fromkeys(ATTRIBUTES, pl.String),
    **dict.fromkeys(FACTS, pl.String),
    "raw": pl.String,  # the whole row as delivered, a JSON object with the channel's own column names
}
"""Grain: a row that was read and accepted; every version of every record. Attributes are as the channel wrote them
except that code lists are applied and dates in a feed's declared formats are ISO."""

REJECTS: Final[Schema] = {
    "feed": pl.String,
    "extract": pl.String,
    "extract_id": pl.String,
    "line": pl.Int64,
    "rule": pl.String,  # the broken rule's name
    "reason": pl.String,  # in words, without personal data
    "raw": pl.String,  # the row's text as delivered (undecodable bytes as \\xNN)
}
"""Grain: a row that did not become a record."""

FINDINGS: Final[Schema] = {
    "feed": pl.String,
    "extract": pl.String,
    "extract_id": pl.String,
    "line": pl.Int64,
    "rule": pl.String,
    "reason": pl.String,
}
"""Grain: something odd about an accepted row."""

EXTRACTS: Final[Schema] = {
    "extract_id": pl.String,
    "feed": pl.String,
    "extract": pl.String,
    "delivered_on": pl.Date,
    "mode": pl.String,  # full: it holds all the channel knows; delta: what is new or changed
    "size_bytes": pl.Int64,
    "rows_read": pl.Int64,  # = records + rejects
    "records": pl.Int64,
    "rejects": pl.Int64,
    "new": pl.Int64,  # source ids never seen before
    "changed": pl.Int64,  # source ids whose attributes or facts differ from the version before
    "unchanged": pl.Int64,  # delivered again with the same content
    "unknown_columns": pl.List(pl.String),
    "landed_at": pl.Datetime("us"),
}
"""Grain: an extract that was taken."""

RECORDS: Final[Schema] = {
    **PROVENANCE,
    "first_seen_at": pl.Datetime("us"),  # earliest time over all versions of the record
    "versions": pl.Int64,
    **{f"{name}_raw": pl.String for name in ATTRIBUTES},
    "entity_type": pl.String,  # EntityType
    "name": pl.String,
    "surname": pl.String,
    "name_pinyin": pl.String,  # toneless syllables, surname first: "zhang san feng"
    "gender": pl.String,  # male, female
    "birth_date": pl.Date,
    "id_type": pl.String,
    "id_number": pl.String,  # 18 characters; with * where masked; null when it says nothing
    "id_is_valid": pl.Boolean,
    "mobiles": pl.List(pl.String),  # 11 digits each
    "fixed_lines": pl.List(pl.String),  # area code and number: "0571-87654321"; without area code the digits
    "masked_mobiles": pl.List(pl.String),  # 11 characters each, with * where masked: compared, nobody's to dial
    "email": pl.String,
    "province": pl.String,
    "city": pl.String,
    "district": pl.String,
    "address": pl.String,  # canonical text from province to room
    "registered_in": pl.String,  # where the resident id was issued, province to district; only where no address is told
    **dict.fromkeys(FACTS, pl.String),
}
"""Grain: a record, its latest version, standardised."""

EVIDENCE: Final = pl.List(
    pl.Struct(
        {"field": pl.String, "level": pl.String, "weight": pl.Float64, "value_l": pl.String, "value_r": pl.String}
    )
)
"""What each field says for (+) or against (−), in natural log-odds; the weights, with the field called `prior`, add
up to the score."""

PAIRS: Final[Schema] = {
    "record_id_l": pl.String,  # record_id_l < record_id_r
    "record_id_r": pl.String,
    "score": pl.Float64,
    "probability": pl.Float64,
    "band": pl.String,  # Band
    "found_by": pl.List(pl.String),  # names of the blocking keys
    "evidence": EVIDENCE,
}
"""Grain: a scored pair."""

PAIRS_IN_SHORT: Final[Schema] = {
    **{name: dtype for name, dtype in PAIRS.items() if name != "evidence"},
    "pattern": pl.UInt64,  # how its two records agree, fact by fact (PATTERNS)
    "print": pl.UInt64,  # of all that PAIRS says of it: evidence lies under the print of its pair
}
"""Grain: a scored pair, without its evidence."""

PATTERNS: Final[Schema] = {
    "pattern": pl.UInt64,
    "says": pl.String,  # field:level for every entry of the evidence
}
"""Grain: a way in which two records agree."""

MEMBERS: Final[Schema] = {
    "record_id": pl.String,
    "cluster": pl.String,  # the smallest record_id in it
    "linked_by": pl.String,  # what held the record to its cluster; null for a record alone
    "score": pl.Float64,  # of its best link; null for a record alone
}
"""Grain: a record; which cluster it is in."""

QUESTIONS: Final[Schema] = {
    "reason": pl.String,  # Reason
    "cluster": pl.String,  # the smallest record_id of the cluster in question; null for two records
    "record_id_l": pl.String,  # two records in question, record_id_l < record_id_r; null for a cluster
    "record_id_r": pl.String,
    "score": pl.Float64,  # of the link in question; of two records' clusters, with all their records
    "probability": pl.Float64,  # that the two records are one customer's; null for a cluster
    "teaches": pl.Float64,  # how much an answer would teach the weights
    "stratum": pl.String,  # of STRATA, for records that were drawn by lot
}
"""Grain: a question to stewards."""

STRATA: Final[Schema] = {
    "stratum": pl.String,
    "joined": pl.Boolean,  # pairs of records of one cluster, else of two that are neighbours
    "feed": pl.String,  # pairs with a record of this feed; null for all
    "pairs": pl.Int64,
    "expected": pl.Float64,  # share of them that the model takes to be one customer's
}
"""Grain: a stratum of all pairs of records that may be one customer's, whole or as far as it concerns a feed."""

CROSSWALK: Final[Schema] = {
    "record_id": pl.String,
    "customer_id": pl.String,
    "linked_by": pl.String,
    "score": pl.Float64,
    "since_run": pl.String,  # the run that put the record into this customer
}

REDIRECTS: Final[Schema] = {
    "customer_id": pl.String,  # an id no longer in use
    "redirects_to": pl.String,  # the customer in force; null if none of its records is left
    "since_run": pl.String,
    "reason": pl.String,  # Retired
}

REMEMBERED: Final[Schema] = {
    "customer_id": pl.String,  # an id out of use
    "record_id": pl.String,  # a record that it held last
    "since_run": pl.String,  # the run that had put the record into it; null for one that never was
    "claim": pl.String,  # Claim
}
"""Grain: an id out of use and a record that it held; of two that claim a record as theirs again the later row holds."""

CROSSWALK_HISTORY: Final[Schema] = {
    "record_id": pl.String,
    "customer_id": pl.String,
    "linked_by": pl.String,  # what put the record into its customer
    "score": pl.Float64,
    "valid_from": pl.Datetime("us"),
    "valid_to": pl.Datetime("us"),  # null while in force
    "from_run": pl.String,
    "to_run": pl.String,
}
"""Grain: a record and an interval in which it belonged to one customer."""

PINS: Final[Schema] = {
    "customer_id": pl.String,
    "attribute": pl.String,  # a column of CUSTOMERS that a survivorship rule decides
    "value": pl.String,  # dates as ISO
    "pinned_by": pl.String,
    "pinned_at": pl.Datetime("us"),
}
"""Grain: a golden value that a steward set; of two for one attribute the later holds."""

CUSTOMERS: Final[Schema] = {
    "customer_id": pl.String,
    "entity_type": pl.String,
    "name": pl.String,
    "name_pinyin": pl.String,
    "gender": pl.String,
    "birth_date": pl.Date,
    "id_type": pl.String,
    "id_number": pl.String,
    "mobile": pl.String,
    "mobiles": pl.List(pl.String),
    "fixed_line": pl.String,
    "email": pl.String,
    "province": pl.String,
    "city": pl.String,
    "district": pl.String,
    "address": pl.String,
    "record_count": pl.Int64,
    "channel_count": pl.Int64,
    "channels": pl.List(pl.String),
    "first_seen_at": pl.Datetime("us"),
    "last_seen_at": pl.Datetime("us"),
    "confidence": pl.Float64,  # 0 to 1: how sure the weakest link is
    "updated_at": pl.Datetime("us"),  # last_seen_at of the record that last changed a golden value
}

LINEAGE: Final[Schema] = {
    "customer_id": pl.String,
    "attribute": pl.String,
    "value": pl.String,
    "feed": pl.String,
    "source_id": pl.String,
    "rule": pl.String,  # name of the preference that decided
}

HOUSEHOLDS: Final[Schema] = {
    "household_id": pl.String,
    "customer_id": pl.String,
    "address": pl.String,
    "member_count": pl.Int64,
}
"""Grain: a person who shares his address, to the room, with at least one other."""

QUALITY_RESULTS: Final[Schema] = {
    "subject": pl.String,  # a feed's name, or "snapshot"
    "check": pl.String,
    "says": pl.String,  # what was expected, one sentence
    "severity": pl.String,  # Severity
    "passed": pl.Boolean,
    "observed": pl.String,  # counts and rates, never values
    "bad_rows": pl.Int64,
    "row_ids": pl.List(pl.String),  # record, customer or extract:line ids, at most 100
}


def conform(frame: pl.DataFrame, schema: Schema, *, name: str) -> pl.DataFrame:
    """Give the frame with exactly the schema's columns, in its order and types.

    Missing columns become null columns; a column the schema does not know is an error, as is a value that its type
    cannot hold.
    """
    unknown = [column for column in frame.columns if column not in schema]
    if unknown:
        message = f"frame {name}: expected only the columns of its schema, found also {', '.join(unknown)}"
        raise CustomerHubError(message)
    if not frame.columns:
        return pl.DataFrame(schema=dict(schema))
    return frame.select(
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in schema.items()
    )


def erased_rejects(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows of files (feed, extract, extract_id, line) as REJECTS that say that they were erased, and no more."""
    says = pl.lit("the person was erased on request: nothing of the row is kept")
    told = rows.select("feed", "extract", "extract_id", "line", pl.lit(ERASED).alias("rule"), says.alias("reason"))
    return conform(told, REJECTS, name="rejects")
