"""What a new judgement would contradict: a = b and b = c were said, now a ≠ c; or the other way round.

A `different` holds between whole customers, so what is asked is whether anything said of the records on one side, or of
records said to be the same as these, speaks against it.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.words import Judgement
from warehouse.judgements.judgement_log import Judged, touching


@dataclass(frozen=True)
class Contradiction:
    """A chain of judgements beside which the new one cannot be true; `decisive` is the one to take back."""

    chain: tuple[Judged, ...]
    decisive: Judged


def contradictions(
    state: sqlite3.Connection, one: Iterable[str], other: Iterable[str], verdict: Judgement
) -> list[Contradiction]:
    """Give what stands against calling two sides same or different.

    A side is the records of a customer, or of a part of one. `unsure` contradicts nothing.
    """
    if verdict is Judgement.UNSURE:
        return []
    here, there = _reach(state, one), _reach(state, other)
    if verdict is Judgement.SAME:
        return _differences(state, here, there)
    return _links(here, there)


def _reach(state: sqlite3.Connection, records: Iterable[str]) -> dict[str, Judged | None]:
    """Give every record that `same` judgements lead to, each with the judgement that led there."""
    reached: dict[str, Judged | None] = dict.fromkeys(sorted(set(records)))
    frontier = list(reached)
    while frontier:
        found: list[str] = []
        for said in touching(state, frontier):
            if said.verdict is not Judgement.SAME:
                continue
            for record in (said.record_id_l, said.record_id_r):
                if record not in reached:
                    reached[record] = said
                    found.append(record)
        frontier = found
    return reached


def _path(reached: Mapping[str, Judged | None], record: str) -> list[Judged]:
    """Give the judgements that lead from a side to a record."""
    path: list[Judged] = []
    said = reached[record]
    while said is not None:
        path.append(said)
        record = said.record_id_l if record == said.record_id_r else said.record_id_r
        said = reached[record]
    return path[::-1]


def _differences(
    state: sqlite3.Connection, here: Mapping[str, Judged | None], there: Mapping[str, Judged | None]
) -> list[Contradiction]:
    found = []
    for said in touching(state, here):
        if said.verdict is not Judgement.DIFFERENT:
            continue
        for near, far in ((said.record_id_l, said.record_id_r), (said.record_id_r, said.record_id_l)):
            if near in here and far in there:
                chain = (*_path(here, near), said, *reversed(_path(there, far)))
                found.append(Contradiction(chain, said))
                break
    return found


def _links(here: Mapping[str, Judged | None], there: Mapping[str, Judged | None]) -> list[Contradiction]:
    """Give the shortest chain of `same` that joins the sides, if one does."""
    chains = [(*_path(here, record), *reversed(_path(there, record))) for record in sorted(set(here) & set(there))]
    chains = sorted((chain for chain in chains if chain), key=lambda chain: (len(chain), [said.id for said in chain]))
    return [Contradiction(chains[0], max(chains[0], key=lambda said: said.id))] if chains else []
