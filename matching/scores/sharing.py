"""What the members of a household share says which home a record is of, not whose it is.

Father and son have a surname, an address and a line at home in common, and a record that tells no more than these may
be anyone's of the house. Twins have their birthday in common besides, and brothers a parent's telephone: where surnames
agree and given names differ, neither is proof that one of the names is wrong. So two records are of one person only by
something of a person's own: a given name, a document, a number that one carries along.

What is said of two records is said of two customers: a mobile told without a given name is no proof that they are one
if their other records have the names of siblings.

Twins are named alike, and their mailboxes after them. What is nearly the same may be a slip or the other twin: at one
home, where each customer has numbers and none of the other's, it is no proof, whichever of their records tell the home
and the numbers. In letters a name that is nearly the same is nearly always a slip. A birthday without a name is as
doubtful where a table's homes hold many twins; where they hold few, as in most tables, it is the same person's.

A document is one person's, but a child may be registered by a parent's: who has another given name and the same surname
uses the number, and is not its holder. Where one character of the given name is another, it may be misread, and is no
proof only at one home with other numbers, or where a table's families often share documents. A birthday that the
document does not tell makes one person of both.

Where families share documents, whatever their surnames, they share numbers as well: names that have nothing in common
are then two people's, as those of siblings are, of peoples without surnames too.

A father's or a mother's name in a column beside says which family a record is of, as a parent's telephone does; a text
that agrees, be it a school or a trade, is nobody's own.

A single word for a name is a surname, and so a household's, where families have a name in common. Where they have none,
as in Java, it is all there is of the name; a Chinese surname never is.

That is so where several people live in a home. A table may hold no two of one house: it shows by what it has learned of
records that share a contact. A firm has its address and its line to itself.
"""

from collections.abc import Mapping, Sequence
from enum import IntFlag
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.facts.encoding import Codes, Column, Rows
from matching.scores.comparing import MISSING, Compared
from matching.scores.dependence import INNATE
from matching.scores.families import GIVEN, OF_A_HOUSEHOLD, Families, siblings
from matching.words import Kind

Flags = npt.NDArray[np.bool_]
Proofs = npt.NDArray[np.uint8]
"""What pairs of records prove, as sums of `Proof`."""


class Proof(IntFlag):
    """What agrees or differs, as far as it tells the members of a household apart."""

    OWN = 1  # something of a person's own agrees
    OF_SIBLINGS = 2  # something agrees that siblings may have in common
    SIBLINGS = 4  # the names are those of siblings
    OF_TWINS = 8  # something of a person's own agrees, and no more than that of twins may
    ONE_HOME = 16  # an address or a fixed line agrees
    OTHER_NUMBER = 32  # each tells numbers, and none of the other's
    SAME_NUMBER = 64  # a number that one carries along agrees
    UNLESS_SIBLINGS = 128  # something agrees that is one person's unless the names say otherwise: twins being few


FAMILY_NAMES: Final = {Kind.PERSON_NAME: frozenset({"surname_only"})}
"""Levels at which names agree, and no more than a family's do."""
MOSTLY_ALIKE: Final = frozenset({"shared_character"})
"""Levels at which names of a family are mostly alike: in letters more often one person's, with a slip, than two's."""
ONE_SURNAME: Final = frozenset({"same_surname"})
"""The level at which whole names have their surname in common, and none of the other characters."""
PROVES: Final = {Kind.PHONE: Proof.OF_SIBLINGS, Kind.ID_NUMBER: Proof.UNLESS_SIBLINGS}
"""What agreement on it proves, where that is less than one person: a parent's telephone, a parent's document."""
NOT_AT_ONCE: Final = OF_A_HOUSEHOLD | INNATE | PROVES.keys() | {Kind.ORGANISATION_NAME}
"""What proves nothing before the names are looked at."""
OF_TWINS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.PERSON_NAME: frozenset({"near", "part"}),
    Kind.GIVEN_NAME: frozenset({"slip", "similar"}),
    Kind.EMAIL: frozenset({"slip", "similar_mailbox"}),
}
"""Levels at which values agree, and no more than those of twins may; of names only in Chinese."""


class Asker(NamedTuple):
    """What has to be known of one who is asked about, and is no record of the table."""

    carries: bool  # whether he tells a number of his own
    in_chinese: bool  # whether his name is written in Chinese characters
    in_short: bool = False  # whether it has two of them


def proofs(
    columns: Sequence[Column],
    compared: Sequence[Compared],
    *ends: Rows,
    shown: Families,
    asker: Asker | None = None,
    relatives: frozenset[str] = frozenset(),
) -> Proofs:
    """Give what each pair of records proves: of firms, that they are one.

    `shown` is what the table shows of its families. Where one of the two is no record of the table, but asked about,
    only the other `ends` are given, and the `asker`. A name that is one of the `relatives` says which family, as a
    parent's telephone does.
    """
    of_family = [(column, each) for column, each in zip(columns, compared, strict=True) if column.name in relatives]
    kept = [at for at, column in enumerate(columns) if column.name not in relatives]
    columns, compared = [columns[at] for at in kept], [compared[at] for at in kept]
    of_birthday = Proof.OF_SIBLINGS if shown.many_twins else Proof.UNLESS_SIBLINGS
    firms = of_firms(columns, *ends)
    other_number = _other_number(columns, compared, *ends, carries=asker is None or asker.carries)
    found = firms * np.uint8(Proof.OWN) | other_number * np.uint8(Proof.OTHER_NUMBER)
    found |= siblings(columns, compared, firms.size) * np.uint8(Proof.SIBLINGS)
    if shown.others:
        found |= _of_others(columns, compared, firms.size, asker) * np.uint8(Proof.SIBLINGS)
    found |= _of_one_home(columns, compared, firms.size) * np.uint8(Proof.ONE_HOME)
    for column, each in zip(columns, compared, strict=True):
        kind = column.fact.kind
        if kind in OF_A_HOUSEHOLD or kind == Kind.ORGANISATION_NAME:
            continue
        agrees, of_twins = _agrees(column, each, asker, surnames=shown.surnames)
        proof = of_birthday if kind in INNATE else PROVES.get(kind, Proof.OWN)
        found |= (agrees & ~of_twins) * np.uint8(proof) | of_twins * np.uint8(Proof.OF_TWINS)
        if kind == Kind.PHONE:
            found |= agrees * np.uint8(Proof.SAME_NUMBER)
    for column, each in of_family:
        found |= each.at(column.field.agreeing) * np.uint8(Proof.OF_SIBLINGS)
    is_sure = (found & Proof.UNLESS_SIBLINGS) > 0
    found |= (is_sure & _is_mostly_alike(columns, compared, firms.size, asker)) * np.uint8(Proof.OWN)
    return found | _of_documents(columns, compared, firms.size, asker, may_be_misread=not shown.documents)


def _of_others(columns: Sequence[Column], compared: Sequence[Compared], pairs: int, asker: Asker | None) -> Flags:
    """Tell where both names are Chinese and have nothing in common, as a mother's and her child's."""
    found = np.zeros(pairs, dtype=bool)
    for column, each in zip(columns, compared, strict=True):
        if column.fact.kind == Kind.PERSON_NAME:
            differ = each.at(column.field.named(frozenset({"different"})))
            found |= _in_chinese(column, each, differ, asker)
    return found


def _of_documents(
    columns: Sequence[Column], compared: Sequence[Compared], pairs: int, asker: Asker | None, *, may_be_misread: bool
) -> Proofs:
    """Give what a document that agrees proves with other names: misread ones, or a birthday of the holder's besides."""
    found = np.zeros(pairs, dtype=np.uint8)
    for column, each in zip(columns, compared, strict=True):
        if column.fact.kind != Kind.ID_NUMBER:
            continue
        agrees = each.at(column.field.agreeing)
        if not agrees.any():
            continue
        born = np.zeros(pairs, dtype=bool)
        for other, told in zip(columns, compared, strict=True):
            if other.fact.kind == Kind.BIRTH_DATE:
                born |= told.at(other.field.agreeing)
            elif other.fact.kind == Kind.PERSON_NAME and may_be_misread:
                found |= (agrees & _is_misread(other, told, agrees, asker)) * np.uint8(Proof.OF_TWINS)
        silent = column.values["birth_date"].is_null().to_numpy()
        found |= (agrees & born & _at_value(silent, each.left, agrees)) * np.uint8(Proof.OWN)
    return found


def _is_misread(column: Column, each: Compared, told: Flags, asker: Asker | None) -> Flags:
    """Tell which of the pairs told have Chinese names of one length that differ in one character of the given name."""
    one_agrees = told & each.at(column.field.named(MOSTLY_ALIKE))
    found = one_agrees & _in_chinese(column, each, one_agrees, asker)
    short = column.in_short
    if short is None or (asker is not None and not asker.in_short):
        return found
    single = told & each.at(column.field.named(ONE_SURNAME))
    both = _at_value(short, each.left, single)
    return found | (both if asker is not None else both & _at_value(short, each.right, single))


def prove_at_once(
    columns: Sequence[Column],
    compared: Sequence[Compared],
    asker: Asker | None = None,
    relatives: frozenset[str] = frozenset(),
) -> bool:
    """Tell whether in any pair of records something of a person's own agrees: then nothing else need be looked at."""
    for column, each in zip(columns, compared, strict=True):
        if column.fact.kind not in NOT_AT_ONCE and column.name not in relatives:
            agrees, of_twins = _agrees(column, each, asker)
            if (agrees & ~of_twins).any():
                return True
    return False


def is_own(proof: Proofs) -> Flags:
    """Tell where it is proved, by a pair of records or by all pairs of two clusters, that they are one person's."""
    at_home = Proof.ONE_HOME | Proof.OTHER_NUMBER
    found: Flags = (proof & Proof.OF_TWINS) > 0
    found |= (proof & (Proof.OF_SIBLINGS | Proof.SIBLINGS)) == Proof.OF_SIBLINGS
    found &= (proof & (at_home | Proof.SAME_NUMBER)) != at_home
    found |= (proof & (Proof.UNLESS_SIBLINGS | Proof.SIBLINGS)) == Proof.UNLESS_SIBLINGS
    found |= (proof & Proof.OWN) > 0
    return found


def of_firms(columns: Sequence[Column], *ends: Rows) -> Flags:
    """Tell for which pairs any of the records at their ends tells a firm's name."""
    found = np.zeros(ends[0].size, dtype=bool)
    for column in columns:
        if column.fact.kind == Kind.ORGANISATION_NAME:
            for rows in ends:
                found |= column.lengths[rows] > 0
    return found


def _agrees(column: Column, each: Compared, asker: Asker | None, *, surnames: bool = True) -> tuple[Flags, Flags]:
    """Tell where values agree in more than a family and a home do, and where in no more than those of twins may."""
    shared = FAMILY_NAMES.get(column.fact.kind, frozenset()) if surnames else frozenset[str]()
    of_family = column.field.named(shared)
    agrees = each.at(column.field.agreeing & ~of_family) & ~_at_home(column, each)
    if not surnames and column.fact.kind in FAMILY_NAMES:
        alone = agrees & each.at(column.field.named(FAMILY_NAMES[column.fact.kind]))
        agrees &= ~_in_chinese(column, each, alone, asker)
    return agrees, agrees & _twins_agree(column, each, asker)


def _is_mostly_alike(columns: Sequence[Column], compared: Sequence[Compared], pairs: int, asker: Asker | None) -> Flags:
    """Tell where names in letters agree in all words but one, or in all syllables but one."""
    found = np.zeros(pairs, dtype=bool)
    for column, each in zip(columns, compared, strict=True):
        if column.fact.kind == Kind.PERSON_NAME:
            alike = each.at(column.field.named(MOSTLY_ALIKE))
            found |= alike & ~_in_chinese(column, each, alike, asker)
    return found


def _twins_agree(column: Column, each: Compared, asker: Asker | None) -> Flags:
    """Tell where values agree, and no more than those of twins may.

    A Chinese name with one character less or another of the same sound is easily another name; in letters, be it on one
    side, it is most often the same one, in short or with a slip.
    """
    found = each.at(column.field.named(OF_TWINS.get(column.fact.kind, frozenset())))
    if column.fact.kind not in GIVEN:
        return found
    return _in_chinese(column, each, found, asker)


def _in_chinese(column: Column, each: Compared, told: Flags, asker: Asker | None) -> Flags:
    """Tell which of the pairs told have names in Chinese characters on both sides."""
    flags = column.in_chinese
    if flags is None or (asker is not None and not asker.in_chinese):
        return np.zeros_like(told)
    found = _at_value(flags, each.left, told)
    return found if asker is not None else found & _at_value(flags, each.right, told)


def _of_one_home(columns: Sequence[Column], compared: Sequence[Compared], pairs: int) -> Flags:
    """Tell where an address or a fixed line agrees."""
    found = np.zeros(pairs, dtype=bool)
    for column, each in zip(columns, compared, strict=True):
        if column.fact.kind == Kind.ADDRESS:
            found |= each.at(column.field.agreeing)
        elif column.fact.kind == Kind.PHONE:
            found |= each.at(column.field.agreeing) & _at_home(column, each)
    return found


def _other_number(columns: Sequence[Column], compared: Sequence[Compared], *ends: Rows, carries: bool) -> Flags:
    """Tell where each record has numbers, and none of the other's; a mobile and a fixed line may be one's.

    A mobile beside a fixed line that agrees, or that is of another kind, may still be another mobile.
    """
    found = np.zeros(ends[0].size, dtype=bool)
    for column, each in zip(columns, compared, strict=True):
        if column.fact.kind == Kind.PHONE:
            found |= each.at(column.field.named(frozenset({"different"})))
            mobiles_agree = each.at(column.field.agreeing) & ~_at_home(column, each)
            open_still = np.flatnonzero((each.level != MISSING) & ~mobiles_agree & ~found)
            if carries and column.shared is not None:
                carry = [_carries(column, column.shared, rows[open_still]) for rows in ends]
                found[open_still] = np.logical_and.reduce(carry)
    return found


def _carries(column: Column, shared: Flags, rows: Rows) -> Flags:
    """Tell which records tell a value that is not a household's."""
    begins = column.starts[rows].astype(np.int64)
    many = column.starts[rows + 1] - begins
    entries = np.repeat(begins - np.cumsum(many) + many, many) + np.arange(int(many.sum()))
    of_one = ~shared[column.codes[entries]]
    return np.bincount(np.repeat(np.arange(rows.size), many), weights=of_one, minlength=rows.size) > 0


def _at_home(column: Column, each: Compared) -> Flags:
    """Tell where the value that agrees is one that a household shares, whichever its kind: a fixed line."""
    if column.shared is None:
        return np.zeros(each.level.size, dtype=bool)
    return _at_value(column.shared, each.left, each.level != MISSING)


def _at_value(flags: Flags, values: Codes, told: Flags) -> Flags:
    """Give the flags of the values told."""
    found = np.zeros(told.size, dtype=bool)
    found[told] = flags[values[told]]
    return found
