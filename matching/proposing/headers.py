"""A column's name → the kinds its words speak of: names of columns in some thirty languages, as one table has them."""

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Final

from matching.tables import table

BREAKS: Final = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[^\W\d])(?=\d)|[\W_]+")
"""Where words of a name part: firstName, phone1, birth_date."""
HAN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""What is written without blanks: a word may stand anywhere in it."""
FORMER: Final = frozenset(
    {"previous", "prev", "former", "old", "second", "secondary", "alt", "alternative", "alternate", "other", "another"}
    | {"native", "maiden", "fruherer", "ancien", "anterior", "precedente", "vecchio"}
)
"""What makes a name that of another value of the same thing."""


def kinds_of(header: str) -> tuple[str, ...]:
    """Give what the words of a name speak of, the likeliest first: kinds, `id`, `source`, `-` for no lasting fact."""
    phrase = last_phrase(header, _listed())
    return _listed()[phrase] if phrase else ()


def last_phrase(header: str, among: Collection[str]) -> str:
    """Give the phrase that says what a column is, of those that stand in its name; empty where none does.

    Where words stand apart the longest decides, of two as long the later: `patient name` is a name.
    Where they do not, what ends last: 联系人电话 is a telephone.
    """
    said = words_of(header)
    runs = [
        (end - start, end, " ".join(said[start:end]))
        for start in range(len(said))
        for end in range(start + 1, len(said) + 1)
    ]
    found = [run for run in runs if run[2] in among]
    if not found:
        joined = "".join(said)
        inside = [phrase for phrase in among if HAN.search(phrase) and phrase in joined]
        found = [(joined.rfind(phrase) + len(phrase), len(phrase), phrase) for phrase in inside]
    return max(found)[2] if found else ""


def is_another(header: str, of: str) -> bool:
    """Say whether a name is the other's with a word that makes it another value: `previous_city`, `phone2`."""
    more, fewer = words_of(header), words_of(of)
    kept = [word for word in more if word not in FORMER and not word.isdecimal()]
    base = [word for word in fewer if word not in {"current", "primary", "main", "现", "1"}]
    return more != fewer and len(kept) < len(more) and kept == base


def words_of(header: str) -> list[str]:
    """Give the words of a column's name in small letters without accents."""
    plain = unicodedata.normalize("NFKC", header).strip()
    return [_folded(word) for word in BREAKS.split(plain) if word]


def _folded(word: str) -> str:
    if HAN.search(word):
        return word.lower()
    apart = unicodedata.normalize("NFD", word.casefold().replace("ı", "i"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@cache
def _listed() -> dict[str, tuple[str, ...]]:
    """Give the kinds of each phrase, in the order of the table."""
    kinds: dict[str, list[str]] = {}
    for word, kind in table("column_words").select("word", "kind").iter_rows():
        kinds.setdefault(" ".join(words_of(word)), []).append(kind)
    return {word: tuple(dict.fromkeys(of)) for word, of in kinds.items()}
