"""The customer id as people meet it: twelve characters, a letter first, the last one a check.

`K7Q4M2X9WD3T`, written `K7Q4-M2X9-WD3T`. The alphabet is Crockford's base 32 (no I, L, O, U, which the eye or the ear
takes for something else). The first character is always a letter, so no spreadsheet turns an id into a number. The ten
characters after it are random to anyone without the secret: an id says nothing of its customer, nor when it was made,
nor which others exist.

The check character makes the weighted sum of all twelve zero in the field of 32 elements, each position with a weight
of its own (H. P. Gumm, "A new class of check-digit methods for arbitrary number systems", IEEE Transactions on
Information Theory 31, 1985). So any one wrong character and any two exchanged characters, neighbours or not, are
noticed; the standard's systems (ISO 7064) would notice no more and need signs outside this alphabet.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.errors import CustomerHubError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
GROUP: Final = 4
SECRET_BYTES: Final = 16
"""The least a secret must have."""

_LETTERS: Final = 22  # of the alphabet, all behind the ten digits
_ASCII: Final = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_PATTERN: Final = f"^[{ALPHABET[10:]}][{ALPHABET}]{{{LENGTH - 1}}}$"
_HEARD_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BLOCK: Final = 64  # SHA-256's block, in bytes

Digits = npt.NDArray[np.uint8]


def _double(element: int) -> int:
    """Multiply by the primitive element of GF(32) = GF(2)[x] / (x⁵ + x² + 1)."""
    return element << 1 if element < 16 else (element << 1) ^ 0b100101


def _weighted() -> Digits:
    """Give, per position and digit, the digit times the position's weight; the weights are 2¹¹, 2¹⁰ … 2⁰."""
    rows = [list(range(32))]
    for _ in range(LENGTH - 1):
        rows.append([_double(element) for element in rows[-1]])
    return np.array(rows[::-1], dtype=np.uint8)


_WEIGHTED: Final = _weighted()


def _checksums(digits: Digits) -> Digits:
    """Give the weighted sum of each row of digits, position by position from the first."""
    sums: Digits = np.bitwise_xor.reduce(_WEIGHTED[np.arange(digits.shape[1]), digits], axis=1)
    return sums


def are_valid(ids: pl.Series) -> pl.Series:
    """Say of each id whether it is one as stored: twelve characters of the alphabet whose check fits; null is none."""
    shaped = ids.str.contains(_PATTERN).fill_null(value=False)
    text = np.frombuffer("".join(ids.filter(shaped).to_list()).encode(), dtype=np.uint8)
    positions = np.zeros(256, dtype=np.uint8)
    positions[_ASCII] = np.arange(len(ALPHABET), dtype=np.uint8)
    valid = shaped.to_numpy().copy()
    valid[valid] = _checksums(positions[text.reshape(-1, LENGTH)]) == 0
    return pl.Series(ids.name, valid, dtype=pl.Boolean)


def is_valid(customer_id: str) -> bool:
    """Say whether the text is a customer id as stored; `parse` is for what people say and type."""
    return bool(are_valid(pl.Series([customer_id]))[0])


def parse(text: str) -> str:
    """Give the id that a person read out or typed.

    Small letters, full-width characters, O for 0, I and L for 1, and anything between the characters that is neither
    letter nor digit are forgiven. A `CustomerHubError` says when it cannot be a customer id.
    """
    heard = unicodedata.normalize("NFKC", text).upper()
    heard = "".join(character for character in heard if character.isalnum()).translate(_HEARD_AS)
    if is_valid(heard):
        return heard
    found = f"{len(heard)} characters" if len(heard) != LENGTH else f"{LENGTH} whose check character does not fit"
    message = (
        f"customer id: expected {LENGTH} letters and digits such as K7Q4-M2X9-WD3T, found {found}; "
        "read it again character by character"
    )
    raise CustomerHubError(message)


def spell(customer_id: str) -> str:
    """Give the id in groups of four, as it is shown and read out."""
    return "-".join(customer_id[start : start + GROUP] for start in range(0, len(customer_id), GROUP))


def mint(founders: pl.Series, secret: bytes, taken: pl.Series) -> pl.Series:
    """Give every founder (the record that a customer is first known by) an id that was never used.

    The id follows from secret and founder, so a run that died and is repeated mints the same ids. Where it is among
    the `taken` (all ids ever published) or already another founder's, the founder's next one is tried. `founders`
    must be distinct; the ids come in their order.
    """
    if len(secret) < SECRET_BYTES:
        message = (
            f"secret of the customer ids: expected at least {SECRET_BYTES} bytes, found {len(secret)}; generate one"
        )
        raise CustomerHubError(message)
    if founders.n_unique() != founders.len():
        message = "founders of customers: expected distinct record ids, found some twice; remove the duplicates"
        raise CustomerHubError(message)
    waiting, used = founders.sort().to_frame("founder"), taken.cast(pl.String).rename("customer_id")
    rounds = [waiting.clear().with_columns(customer_id=pl.lit(None, pl.String))]
    while waiting.height:
        tried = waiting.with_columns(_derive(waiting["founder"].to_list(), secret, attempt=len(rounds) - 1))
        is_free = ~tried["customer_id"].is_in(used.implode()) & tried["customer_id"].is_first_distinct()
        rounds.append(tried.filter(is_free))
        used, waiting = pl.concat([used, rounds[-1]["customer_id"]]), tried.filter(~is_free).select("founder")
    given = founders.to_frame("founder").join(pl.concat(rounds), on="founder", how="left", maintain_order="left")
    return given["customer_id"]


def _derive(founders: Sequence[str], secret: bytes, *, attempt: int) -> pl.Series:
    """Give the id of each founder at one attempt: HMAC-SHA256 (RFC 2104) of attempt and record id, spelt out.

    The two padded keys are hashed once instead of once for each founder, which is three times as fast.
    """
    key = (secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()).ljust(_BLOCK, b"\0")
    inner_key = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
    outer_key = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def digest(founder: str) -> bytes:
        inner, outer = inner_key.copy(), outer_key.copy()
        inner.update(f"{attempt}:{founder}".encode())
        outer.update(inner.digest())
        return outer.digest()[:8]

    numbers = np.frombuffer(b"".join(map(digest, founders)), dtype=">u8").astype(np.uint64)
    digits = np.empty((len(founders), LENGTH), dtype=np.uint8)
    digits[:, 0] = 10 + numbers % _LETTERS
    numbers //= _LETTERS
    for position in range(1, LENGTH - 1):
        digits[:, position] = numbers % len(ALPHABET)
        numbers //= len(ALPHABET)
    digits[:, -1] = _checksums(digits[:, :-1])
    text = _ASCII[digits].tobytes().decode()
    return pl.Series("customer_id", [text[at : at + LENGTH] for at in range(0, len(text), LENGTH)], dtype=pl.String)
