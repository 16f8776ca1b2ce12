"""Whether a text in letters is what characters may be spelt as, each of which has several spellings."""

from collections.abc import Collection, Sequence


def spells(text: str, spellings: Sequence[Collection[str]]) -> bool:
    """Tell whether a text is one spelling of each character, one behind the other."""
    if not spellings:
        return not text
    return any(text.startswith(one) and spells(text[len(one) :], spellings[1:]) for one in spellings[0])
