"""How two Chinese personal names agree: the same sound, a like shape, a character left out, hidden or in another place.

A masked or unreadable character says nothing; siblings share a surname and often a character, and are two people.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import sums
from matching.fields.base import VALUE
from matching.fields.characters import code_points
from matching.fields.chinese_name import LEVELS, LONGEST, ORDER, SHORT, Agreement, Form
from matching.fields.glancing import UNSETTLED, Glance, Glanced, Levels, Pairs, Places, in_numbers
from matching.fields.latin import Mask, equal, first_level, slips, texts
from matching.fields.look_alikes import Characters, look_alike
from matching.fields.name_remarks import UNKNOWN
from matching.fields.pinyin import surname_readings
from matching.fields.transliterated import nearly_the_same, same_father, same_own, tells_a_part

Counts = npt.NDArray[np.integer[Any]]


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned names, as positions in `LEVELS`."""
    one, other = _characters(left), _characters(right)
    size_l, size_r = sums(one != 0), sums(other != 0)
    same_size = size_l == size_r
    hidden = ((one == ord(UNKNOWN)) | (other == ord(UNKNOWN))) & (one != 0) & (other != 0)
    unequal = (one != other) & ~hidden
    misses = sums(unequal)
    shown = sums((one == other) & (one != 0))
    surname_size = left["surname"].str.len_chars().fill_null(1).to_numpy()
    full = _is_form(left, Form.FULL) & _is_form(right, Form.FULL)
    foreign = _is_form(left, Form.FOREIGN) | _is_form(right, Form.FOREIGN)
    alone = _is_form(left, Form.SURNAME_ONLY) | _is_form(right, Form.SURNAME_ONLY)
    same_surname = equal(left, right, "surname")
    one_miss = same_size & (misses == 1) & full
    masked = sums(hidden) > 0
    rules = [
        (Agreement.SAME_SOUND, equal(left, right, "reading") & ~alone),
        (Agreement.SHOWN_AGREES, masked & same_size & (misses == 0) & (shown >= 2)),
        (Agreement.NEAR, equal(left, right, "sound") & ~alone),
        (Agreement.NEAR, _one_looks_alike(one, other, unequal, one_miss)),
        (Agreement.NEAR, _same_characters(one, other, full & same_size & (misses >= 2))),
        (Agreement.NEAR, _nearly_spelt(left, right, foreign) | nearly_the_same(left, right)),
        (Agreement.PART, _one_left_out(left, right, np.abs(size_l.astype(np.int16) - size_r) == 1) & ~alone),
        (Agreement.PART, _is_given_of(left, right) | _is_given_of(right, left)),
        (Agreement.PART, _sounds_as_given_of(left, right) | _sounds_as_given_of(right, left)),
        (Agreement.PART, tells_a_part(left, right, foreign) | tells_a_part(right, left, foreign)),
        (Agreement.SAME_SURNAME, same_father(left, right)),
        (Agreement.SAME_GIVEN, same_own(left, right)),
        (Agreement.SURNAME_ONLY, same_surname & (alone | ~full) & ~(masked & same_size & (misses > 0))),
        (Agreement.SHARED_CHARACTER, same_surname & (misses >= 1) & (shown > surname_size)),
        (Agreement.SAME_SURNAME, same_surname),
        (Agreement.SAME_GIVEN, equal(left, right, "given") & full),
        (Agreement.OTHER_SCRIPT, _nothing_shown(left, right, one, other) & ~(same_size & (misses > 0))),
        (Agreement.OTHER_SCRIPT, _one_part_each(left, right) | _one_part_each(right, left)),
        (Agreement.OTHER_SCRIPT, _surnames_sound_alike(left, right, alone & ~same_surname)),
    ]
    return first_level(left.height, [(ORDER.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def _nothing_shown(left: pl.DataFrame, right: pl.DataFrame, one: Characters, other: Characters) -> Mask:
    """Tell where one name is masked, the surname of either is not told, and the characters they end in do not differ.

    A surname alone (丁女士) ends in no character of a given name: beside *莺 it is no other name.
    """
    masked = _is_form(left, Form.MASKED) | _is_form(right, Form.MASKED)
    untold = (left["surname"].is_null() | right["surname"].is_null()).to_numpy()
    whole = ~_is_form(left, Form.FOREIGN) & ~_is_form(right, Form.FOREIGN)
    ends = [side[np.arange(len(side)), np.maximum(sums(side != 0), 1) - 1] for side in (one, other)]
    differ = (ends[0] != ends[1]) & (ends[0] != ord(UNKNOWN)) & (ends[1] != ord(UNKNOWN))
    differ &= ~_is_form(left, Form.SURNAME_ONLY) & ~_is_form(right, Form.SURNAME_ONLY)
    return np.asarray(masked & untold & whole & ~differ)


def _surnames_sound_alike(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs, a surname alone on either side, have surnames of one sound: who heard 章 meant 张."""
    found = np.zeros(left.height, dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        heard = pl.DataFrame({"one": left["surname"].gather(rows), "other": right["surname"].gather(rows)})
        heard = heard.select(surname_readings(pl.col(name)) for name in heard.columns)
        found[rows] = heard.select((pl.col("one") == pl.col("other")).fill_null(False)).to_series().to_numpy()
    return found


def glance(values: pl.DataFrame) -> Glance:
    """Settle whole names of as many characters, and those with nothing in common.

    Of two names the one is never the other with a character left out if they begin and end differently.
    """
    numbers = in_numbers(values, ("surname", "given", "reading", "sound", "spelt"))
    surname_size = values["surname"].str.len_chars().fill_null(1).to_numpy()
    characters = _characters(values)
    size = sums(characters != 0)
    whole = _is_form(values, Form.FULL) & (size <= SHORT)
    characters = np.ascontiguousarray(characters[:, :SHORT])
    ends = characters[:, 0].copy(), characters[np.arange(size.size), np.minimum(np.maximum(size, 1), SHORT) - 1]

    def settle(left: Places, right: Places) -> Levels:
        levels = np.full(left.size, UNSETTLED, dtype=np.int8)
        both = np.flatnonzero(whole[left] & whole[right])
        left, right = left.take(both), right.take(both)
        even = size[left] == size[right]
        rows = np.flatnonzero(even)
        pairs = Glanced(numbers, left.take(rows), right.take(rows))
        one, other = characters.take(pairs.left, axis=0), characters.take(pairs.right, axis=0)
        levels[both[rows]] = _of_one_length(one, other, pairs, surname_size.take(pairs.left))
        rows = np.flatnonzero(~even)
        pairs = Glanced(numbers, left.take(rows), right.take(rows))
        related = np.logical_or.reduce([pairs.equal(part) for part in numbers])
        related |= np.logical_or.reduce([end.take(pairs.left) == end.take(pairs.right) for end in ends])
        levels[both[rows[~related]]] = ORDER.index(Agreement.DIFFERENT)
        return levels

    return settle


def _of_one_length(one: Characters, other: Characters, pairs: Pairs, surname_size: Counts) -> Levels:
    """Give the levels of whole names that have as many characters."""
    unequal = one != other
    misses = sums(unequal)
    same_surname = pairs.equal("surname")
    shown = sums(~unequal & (one != 0))
    rules = [
        (Agreement.SAME_SOUND, pairs.equal("reading")),
        (Agreement.NEAR, pairs.equal("sound")),
        (Agreement.NEAR, pairs.equal("spelt")),
        (Agreement.NEAR, _one_looks_alike(one, other, unequal, misses == 1)),
        (Agreement.NEAR, _same_characters(one, other, misses >= 2)),
        (Agreement.SHARED_CHARACTER, same_surname & (shown > surname_size)),
        (Agreement.SAME_SURNAME, same_surname),
        (Agreement.SAME_GIVEN, pairs.equal("given")),
    ]
    levels = first_level(misses.size, [(ORDER.index(level), mask) for level, mask in rules], len(LEVELS) - 1)
    return levels.cast(pl.Int8).to_numpy()


def itself(frame: pl.DataFrame) -> pl.Series:
    """Give how a name agrees with itself: a surname alone or a masked name does not make two people one."""
    order = list(Agreement)
    shown = pl.col(VALUE).str.replace_all(UNKNOWN, "", literal=True).str.len_chars()
    form = pl.col("form")
    level = (
        pl.when((form == Form.SURNAME_ONLY) | ((form == Form.MASKED) & (shown < 2)))
        .then(order.index(Agreement.SURNAME_ONLY))
        .when(form == Form.MASKED)
        .then(order.index(Agreement.SHOWN_AGREES))
        .when(form == Form.GIVEN_ONLY)
        .then(order.index(Agreement.PART))
        .otherwise(order.index(Agreement.SAME))
    )
    return frame.select(level=level)["level"]


def _characters(frame: pl.DataFrame) -> Characters:
    """Give the names as a matrix of code points, zero behind their end; the dots of foreign names left out."""
    return code_points(frame[VALUE].str.replace_all("·", "", literal=True), LONGEST)


def _is_form(frame: pl.DataFrame, form: Form) -> Mask:
    return (frame["form"] == form).fill_null(False).to_numpy()


def _one_looks_alike(one: Characters, other: Characters, unequal: Mask, wanted: Mask) -> Mask:
    """Tell which wanted pairs differ in one character, of near sound or like shape."""
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        place = unequal[rows].argmax(axis=1)
        found[rows] = look_alike(one[rows, place], other[rows, place])
    return found


def _same_characters(one: Characters, other: Characters, wanted: Mask) -> Mask:
    """Tell which wanted pairs have the same characters in another order.

    Few have characters whose numbers add up to the same, and only of these the characters are sorted.
    """
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted & (sums(one) == sums(other)))
    found[rows] = (np.sort(one[rows], axis=1) == np.sort(other[rows], axis=1)).all(axis=1)
    return found


def _nearly_spelt(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs, long foreign names, sound alike but for a fifth of their letters."""
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        one, other = left["sound"].gather(rows), right["sound"].gather(rows)
        longest = np.maximum(one.str.len_chars().fill_null(0).to_numpy(), other.str.len_chars().fill_null(0).to_numpy())
        found[rows] = (slips(texts(one), texts(other)) <= longest // 5) & (longest >= 5)
    return found


def _one_left_out(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs become equal when one character of the longer name is left out."""
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        one, other = left[VALUE].gather(rows), right[VALUE].gather(rows)
        found[rows] = slips(texts(one), texts(other)) == 1
        shortest = np.minimum(
            one.str.len_chars().fill_null(0).to_numpy(), other.str.len_chars().fill_null(0).to_numpy()
        )
        found[rows] &= shortest >= 2
    return found


def _is_given_of(part: pl.DataFrame, whole: pl.DataFrame) -> Mask:
    """Tell where the one is just the other's given name."""
    return ((part[VALUE] == whole["given"]) & whole["surname"].is_not_null()).fill_null(False).to_numpy()


def _sounds_as_given_of(part: pl.DataFrame, whole: pl.DataFrame) -> Mask:
    """Tell where the one is a given name that sounds like the other's, whose surname has one character."""
    said = pl.DataFrame({"part": part["pinyin"], "whole": whole["pinyin"]})
    behind = said.select(pl.col("whole").str.replace(r"^\S+ ", "") == pl.col("part")).to_series()
    single = whole["surname"].str.len_chars() == 1
    return (behind & single & (part["form"] == Form.GIVEN_ONLY)).fill_null(False).to_numpy()


def _one_part_each(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where one name is a surname alone and the other a given name alone."""
    return _is_form(left, Form.SURNAME_ONLY) & _is_form(right, Form.GIVEN_ONLY)
