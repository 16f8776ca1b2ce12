"""What stewards correct: a merge is taken back, customers are joined, a customer is taken apart. Here it is planned.

A correction is remembered as judgements on every pair of records across the two sides, so that no rerun and no other
model undoes it, and as the records that a former id has again. What hangs on what is found out by deciding the
customer's records anew with the correction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import polars as pl

from matching.customers.customer_ids import spell
from matching.customers.remembering import last_held
from matching.errors import CustomerHubError
from matching.frames import REMEMBERED, conform
from matching.words import Claim, Judgement, Retired

PAIRS_AT_MOST = 100_000
"""Judgements that one correction may need; more belong to a customer that is no customer but a defect in the data."""

Regroup = Callable[[Sequence[str], pl.DataFrame], pl.DataFrame]
"""Decides some records anew, bound by judgements (record_id_l, record_id_r, verdict): gives MEMBERS."""


class CannotCorrectError(CustomerHubError):
    """A correction that would do nothing, or not what was asked."""


class NothingToPartError(CannotCorrectError):
    """All records of a customer are to go, or none: then there is nothing to take apart."""


class CannotBeOneError(CannotCorrectError):
    """Records of two customers contradict each other, so that they cannot be one."""


class TooManyPairsError(CannotCorrectError):
    """So many records are on both sides that a judgement on each pair of them would be too much."""


class CorrectionKind(StrEnum):
    """What a steward corrects."""

    MERGE = "merge"  # two customers are one
    UNMERGE = "unmerge"  # a customer that was merged away is a customer again; a record belongs elsewhere
    SPLIT = "split"  # some records of a customer are another one


@dataclass(frozen=True)
class Known:
    """What is known of the customers concerned, of the ids that lead to them, and of what was said of their records.

    `crosswalk` (CROSSWALK) holds their records, `redirects` (REDIRECTS) those ids, `history` (CROSSWALK_HISTORY) the
    intervals of both, `judgements` the pairs (record_id_l, record_id_r, verdict).
    """

    crosswalk: pl.DataFrame
    redirects: pl.DataFrame
    history: pl.DataFrame
    judgements: pl.DataFrame

    def records_of(self, customer_id: str) -> list[str]:
        """Give a customer's records, in order."""
        return self.crosswalk.filter(pl.col("customer_id") == customer_id)["record_id"].sort().to_list()


@dataclass(frozen=True)
class Correction:
    """Two sides of records and what holds between them from now on.

    `customer_ids` are concerned. `remembered` (REMEMBERED) says which records an id out of use has again. `members`
    (MEMBERS) is what the records come to with it.
    """

    kind: CorrectionKind
    customer_ids: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    remembered: pl.DataFrame
    members: pl.DataFrame

    @property
    def verdict(self) -> Judgement:
        """What holds between the sides."""
        return Judgement.SAME if self.kind == CorrectionKind.MERGE else Judgement.DIFFERENT

    @property
    def judgements(self) -> pl.DataFrame:
        """Every pair of records across the sides: record_id_l, record_id_r, verdict."""
        return pairs(self.left, self.right, self.verdict)


def take_back(known: Known, customer_id: str, regroup: Regroup) -> Correction:
    """Plan to make a customer that was merged into another one a customer again, under the id it had.

    A `CannotCorrectError` names the later merges that hang on its records: those have to be taken back first.
    """
    into, since_run = _merged_into(known, customer_id)
    present = known.records_of(into)
    held = last_held(known.history.filter(pl.col("customer_id") == customer_id), Claim.RESTORED)
    leaving = sorted(set(held["record_id"]) & set(present))
    if not leaving or len(leaving) == len(present):
        found = "has no record left" if not leaving else "has no other records"
        message = (
            f"unmerge {spell(customer_id)}: expected some of the records of {spell(into)} to have been its own, "
            f"found that it {found} there; customer-hub history {into} tells what became of them"
        )
        raise CannotCorrectError(message)
    going = _with_what_hangs_on_them(
        known, into, leaving, _core(known, leaving, since_run, present), since_run, regroup
    )
    since = held.select("record_id", "since_run")
    mine = pl.DataFrame({"record_id": going}).join(since, on="record_id", how="left", maintain_order="left")
    restored = mine.with_columns(customer_id=pl.lit(customer_id), claim=pl.lit(Claim.RESTORED.value))
    return _parting(known, CorrectionKind.UNMERGE, into, going, restored, (into, customer_id), regroup)


def take_out(known: Known, record_id: str, regroup: Regroup) -> Correction:
    """Plan to take one record out of its customer again, as `take_back` does with all records of a former customer."""
    (into,) = known.crosswalk.filter(pl.col("record_id") == record_id)["customer_id"]
    present = known.records_of(into)
    _refuse_all_or_none(into, [record_id], present)
    joined = known.history.filter(
        (pl.col("record_id") == record_id) & (pl.col("customer_id") == into) & pl.col("valid_to").is_null()
    )
    since_run = joined["from_run"][0] if joined.height else ""
    core = _core(known, [record_id], since_run, present)
    going = _with_what_hangs_on_them(known, into, [record_id], core, since_run, regroup)
    return _parting(known, CorrectionKind.UNMERGE, into, going, _former(known, into, going), (into,), regroup)


def take_apart(known: Known, customer_id: str, record_ids: Sequence[str], regroup: Regroup) -> Correction:
    """Plan to make some records of a customer another one, as a steward has sorted them."""
    present = known.records_of(customer_id)
    going = sorted(set(record_ids))
    _refuse_all_or_none(customer_id, going, present)
    former = _former(known, customer_id, going)
    return _parting(known, CorrectionKind.SPLIT, customer_id, going, former, (customer_id,), regroup)


def join(known: Known, customer_id: str, other_id: str, regroup: Regroup) -> Correction:
    """Plan to make two customers one; refused where their records contradict each other so that no judgement helps."""
    left, right = known.records_of(customer_id), known.records_of(other_id)
    said = pairs(left, right, Judgement.SAME)
    members = regroup([*left, *right], _bound(known, said))
    clusters = dict(members.select("record_id", "cluster").iter_rows())
    apart = [record for record in right if clusters[record] != clusters[left[0]]]
    if apart:
        message = (
            f"merge {spell(customer_id)} {spell(other_id)}: expected records that can be one customer's, found "
            f"contradictions that no judgement outweighs, such as two valid identity numbers; customer-hub explain "
            f"{left[0]} {apart[0]} names them"
        )
        raise CannotBeOneError(message)
    ids, nothing = tuple(sorted((customer_id, other_id))), pl.DataFrame(schema=dict(REMEMBERED))
    return Correction(CorrectionKind.MERGE, ids, tuple(left), tuple(right), nothing, members)


def pairs(left: Sequence[str], right: Sequence[str], verdict: Judgement) -> pl.DataFrame:
    """Give every pair across two sides with the verdict: record_id_l, record_id_r, verdict."""
    if (many := len(left) * len(right)) > PAIRS_AT_MOST:
        message = (
            f"correction: expected sides with at most {PAIRS_AT_MOST:,} pairs of records between them, found {many:,}; "
            "take fewer records at a time, and look why so many are one customer"
        )
        raise TooManyPairsError(message)
    told = sorted((min(one, other), max(one, other), verdict.value) for one, other in product(left, right))
    schema = dict.fromkeys(("record_id_l", "record_id_r", "verdict"), pl.String)
    return pl.DataFrame(told, schema=schema, orient="row")


def _merged_into(known: Known, customer_id: str) -> tuple[str, str]:
    """Give the customer that an id leads to, and the run that merged it; refuse one that was not merged."""
    row = known.redirects.filter(
        (pl.col("customer_id") == customer_id)
        & (pl.col("reason") == Retired.MERGED)
        & pl.col("redirects_to").is_not_null()
    )
    if row.height:
        return str(row["redirects_to"][0]), str(row["since_run"][0])
    merged = known.redirects.filter(pl.col("redirects_to") == customer_id)["customer_id"].sort()
    there = f"; merged into it are {', '.join(map(spell, merged))}" if merged.len() else ""
    message = (
        f"unmerge {spell(customer_id)}: expected an id that was merged into another customer, found one that was not"
        f"{there}; customer-hub history {customer_id} tells its life"
    )
    raise CannotCorrectError(message)


def _refuse_all_or_none(customer_id: str, going: Sequence[str], present: Sequence[str]) -> None:
    if foreign := sorted(set(going) - set(present)):
        message = f"{spell(customer_id)}: expected records of this customer, found {', '.join(foreign)}; name its own"
        raise CannotCorrectError(message)
    if not going or len(going) == len(present):
        message = (
            f"{spell(customer_id)}: expected some of its {len(present)} records, found {len(going)}; "
            "a customer with one record, or with all of them, has nothing to part"
        )
        raise NothingToPartError(message)


def _core(known: Known, leaving: Sequence[str], since_run: str, present: Sequence[str]) -> list[str]:
    """Give the records that were there when the leaving ones joined; all others if nothing is known of that time."""
    others = set(present) - set(leaving)
    joined = known.history.filter(pl.col("record_id").is_in(leaving) & (pl.col("from_run") == since_run))
    if joined.height:
        hosts, at = joined["customer_id"].unique(), joined["valid_from"].min()
        before = known.history.filter(
            pl.col("customer_id").is_in(hosts.implode())
            & (pl.col("valid_from") < at)
            & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= at))
        )
        if there := sorted(others & set(before["record_id"])):
            return there
    return sorted(others)


def _with_what_hangs_on_them(  # noqa: PLR0913, PLR0917 -- one question, asked twice
    known: Known, into: str, leaving: Sequence[str], core: Sequence[str], since_run: str, regroup: Regroup
) -> list[str]:
    """Give the leaving records with those that joined later and go with them; refuse if later merges hang on them."""
    present = known.records_of(into)
    members = regroup(present, _bound(known, pairs(leaving, core, Judgement.DIFFERENT)))
    cluster = dict(members.select("record_id", "cluster").iter_rows())
    stays, goes = {cluster[record] for record in core}, {cluster[record] for record in leaving}
    later = known.redirects.filter((pl.col("redirects_to") == into) & (pl.col("since_run") > since_run))
    hanging = [
        (customer_id, run)
        for customer_id, run in later.sort("since_run", "customer_id", descending=True)[
            "customer_id", "since_run"
        ].rows()
        if any(cluster[record] not in stays for record in _merged_by(known, customer_id, run, present) - set(leaving))
    ]
    if hanging:
        named = ", ".join(f"{spell(customer_id)} (merged by run {run})" for customer_id, run in hanging)
        first = " and ".join(f"customer-hub unmerge {customer_id}" for customer_id, _ in hanging)
        message = (
            f"unmerge from {spell(into)}: expected no later merge to hang on these records, found {named}; "
            f"take the later ones back first: {first}, then this one"
        )
        raise CannotCorrectError(message)
    joined = set(present) - set(core)
    return sorted({*leaving, *(record for record in joined if cluster[record] in goes)})


def _merged_by(known: Known, customer_id: str, since_run: str, present: Sequence[str]) -> set[str]:
    """Give the records, of those still present, that a merge brought together."""
    held = last_held(known.history.filter(pl.col("customer_id") == customer_id), Claim.LEADS)["record_id"]
    own = sorted(set(held) & set(present))
    return {*own, *_core(known, own, since_run, present)} if own else set()


def _former(known: Known, into: str, going: Sequence[str]) -> pl.DataFrame:
    """Give the records to the oldest id merged into their customer that held only records which go now, if any."""
    merged = known.redirects.filter(pl.col("redirects_to") == into)
    held = last_held(known.history.join(merged, on="customer_id", how="semi"), Claim.RESTORED)
    present = held.filter(pl.col("record_id").is_in(known.records_of(into)))
    own = present.filter(pl.col("record_id").is_in(list(going)).all().over("customer_id"))
    if own.is_empty():
        return pl.DataFrame(schema=dict(REMEMBERED))
    (oldest,) = own.sort("since_run", "customer_id").head(1)["customer_id"]
    mine = pl.DataFrame({"record_id": list(going)}).join(
        own.filter(pl.col("customer_id") == oldest).select("record_id", "since_run"),
        on="record_id",
        how="left",
        maintain_order="left",
    )
    return mine.with_columns(customer_id=pl.lit(oldest), claim=pl.lit(Claim.RESTORED.value))


def _parting(  # noqa: PLR0913, PLR0917 -- what a correction is made of
    known: Known,
    kind: CorrectionKind,
    into: str,
    going: Sequence[str],
    restored: pl.DataFrame,
    customer_ids: tuple[str, ...],
    regroup: Regroup,
) -> Correction:
    """Give the correction that parts the records from the rest; other ids that led to the customer follow theirs."""
    present = known.records_of(into)
    rest = sorted(set(present) - set(going))
    members = regroup(present, _bound(known, pairs(going, rest, Judgement.DIFFERENT)))
    back = restored["customer_id"].unique()
    others = known.redirects.filter((pl.col("redirects_to") == into) & ~pl.col("customer_id").is_in(back.implode()))
    leads = last_held(known.history.join(others, on="customer_id", how="semi"), Claim.LEADS)
    remembered = pl.concat([conform(restored, REMEMBERED, name="restored"), leads])
    ids = tuple(sorted({*customer_ids, *back}))
    return Correction(kind, ids, tuple(going), tuple(rest), remembered, members)


def _bound(known: Known, said: pl.DataFrame) -> pl.DataFrame:
    """Give what was said before with what is said now: the last word on a pair holds."""
    before = known.judgements.select(said.columns).join(said, on=["record_id_l", "record_id_r"], how="anti")
    return pl.concat([before, said])
