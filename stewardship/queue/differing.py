"""Where two texts differ, to the character: what a reader must not have to search for."""

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True)
class Part:
    """A stretch of a text, and whether the other text has something else there."""

    text: str
    differs: bool


def differing(left: str, right: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Give both texts in parts, in order; put together they are the texts again."""
    here: list[Part] = []
    there: list[Part] = []
    for step in Levenshtein.opcodes(left, right):
        differs = step.tag != "equal"
        if step.src_end > step.src_start:
            here.append(Part(left[step.src_start : step.src_end], differs))
        if step.dest_end > step.dest_start:
            there.append(Part(right[step.dest_start : step.dest_end], differs))
    return tuple(here), tuple(there)


def behind_mask(parts: tuple[Part, ...], shown: str) -> tuple[Part, ...]:
    """Give a masked text in the parts of the clear one where the mask kept its length; whole where it did not."""
    if sum(len(part.text) for part in parts) != len(shown):
        return (Part(shown, differs=False),) if shown else ()
    told: list[Part] = []
    at = 0
    for part in parts:
        told.append(Part(shown[at : at + len(part.text)], part.differs))
        at += len(part.text)
    return tuple(told)
