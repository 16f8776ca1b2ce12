"""What another telephone says of firms: learned from firms, where they differ more often than persons."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.learning.drawing import Patterns, Sample
from matching.learning.mixture import tally
from matching.model import FactModel
from matching.scores.comparing import MISSING
from matching.scores.dependence import TELLING
from matching.words import Kind

Floats = npt.NDArray[np.float64]

FIRMS: Final = 100.0
"""Pairs of firms that what is learned of all customers is worth beside what firms show."""


def with_firms(facts: Sequence[FactModel], strangers: Patterns, samples: Sequence[Sample]) -> list[FactModel]:
    """Give the facts with what the differences of telephones weigh among firms.

    A person carries his number along; a firm has a line, its owner's mobile and others', and gives now this, now that.
    How often is told by pairs with one name in which something else, an address or a document, speaks strongly for it.
    Where firms differ more seldom than all customers, nothing is changed.
    """
    names = [place for place, fact in enumerate(facts) if fact.kind == Kind.ORGANISATION_NAME]
    found = list(facts)
    for sample in samples:
        for f, fact in enumerate(facts) if sample.held in names else ():
            if fact.kind != Kind.PHONE:
                continue
            level = sample.patterns[:, f]
            sure = (level != MISSING) & (_others_say(facts, sample.patterns, f) > TELLING)
            random = strangers[(strangers[:, sample.held] != MISSING) & (strangers[:, f] != MISSING), f]
            one = _drawn_to(tally(level[sure], sample.counts[sure], len(fact.m)), fact.m)
            two = _drawn_to(tally(random, np.ones(random.size), len(fact.u)), fact.u)
            found[f] = replace(fact, of_firms=tuple(np.maximum(one - two, 0.0).tolist()))
    return found


def _others_say(facts: Sequence[FactModel], patterns: Patterns, but: int) -> Floats:
    """Give what all facts but one say of each pattern together."""
    says = np.zeros(len(patterns))
    for f, fact in enumerate(facts):
        if f != but:
            says += np.append(np.log(fact.m) - np.log(fact.u), 0.0)[patterns[:, f]]
    return says


def _drawn_to(counts: Floats, shares: Sequence[float]) -> Floats:
    """Give how much more frequent each level is than these shares, as a logarithm; drawn to 0 where counts are few."""
    return np.asarray(np.log((counts / np.array(shares) + FIRMS) / (counts.sum() + FIRMS)))
