"""What each channel knows of its customers: how many it has, what it leaves out, and how badly it writes.

The rates are those of a province's real channels, measured as shares, not taken from single records.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from pipelines.demo import dirt
from pipelines.demo.dirt import Slips

FIRST_DELIVERY: Final = date(2026, 11, 1)


@dataclass(frozen=True)
class Channel:
    """One channel. `times` are the shares of its customers with one, two and three records."""

    name: str  # as the truth calls it
    feed: str  # as its folder is called
    prefix: str  # of its source ids
    presence: float  # share of people who are its customers
    firms: float  # share of firms who are
    since: int
    times: tuple[float, ...] = (1.0,)
    names: Slips = ()
    decorations: Slips = ()
    ids: Slips = ()
    mobiles: Slips = ()
    spelling: Slips = ()
    of_household: float = 0.0
    of_stranger: float = 0.0
    of_agent: float = 0.0
    fixed_lines: Slips = ()
    addresses: Slips = ()
    emails: Slips = ()
    birthdays: Slips = ()
    firm_ids: Slips = ((dirt.mistyped, 0.005),)
    firm_lines: Slips = ((dirt.missing, 0.1),)
    daily: float = 0.0  # share of records that come on each later day


CALL_CENTER: Final = Channel(
    "call_center",
    "call_center",
    "CC",
    presence=0.483,
    firms=0.41,
    since=2003,
    times=(0.70, 0.20, 0.10),
    names=(
        (dirt.missing, 0.047),
        (dirt.surname_and_title, 0.225),
        (dirt.wrong_character, 0.040),
        (dirt.lost_character, 0.007),
        (dirt.swapped_characters, 0.006),
        (dirt.traditional, 0.005),
        (dirt.unprintable_character, 0.001),
    ),
    decorations=((dirt.spaced, 0.009), (dirt.remark, 0.005)),
    ids=(
        (dirt.missing, 0.85),
        (dirt.masked, 0.019),
        (dirt.mistyped, 0.004),
        (dirt.fifteen_digits, 0.004),
        (dirt.lower_case, 0.012),
    ),
    mobiles=((dirt.missing, 0.052), (dirt.placeholder_mobile, 0.025), (dirt.mistyped, 0.03)),
    spelling=((dirt.respelled_mobile, 0.60),),
    of_household=0.055,
    of_stranger=0.002,
    fixed_lines=((dirt.missing, 0.63),),
    addresses=((dirt.missing, 0.66),),
    daily=0.0025,
)
WEB: Final = Channel(
    "web",
    "web",
    "W",
    presence=0.40,
    firms=0.0,
    since=2008,
    names=(
        (dirt.missing, 0.071),
        (dirt.in_pinyin, 0.115),
        (dirt.wrong_character, 0.012),
        (dirt.lost_character, 0.003),
        (dirt.traditional, 0.004),
    ),
    decorations=((dirt.spaced, 0.002), (dirt.remark, 0.002)),
    ids=((dirt.missing, 0.55), (dirt.masked, 0.115), (dirt.mistyped, 0.004), (dirt.lower_case, 0.04)),
    mobiles=((dirt.missing, 0.071), (dirt.placeholder_mobile, 0.022), (dirt.mistyped, 0.03)),
    spelling=((dirt.respelled_mobile, 0.29),),
    of_household=0.055,
    of_stranger=0.002,
    addresses=((dirt.missing, 0.40),),
    emails=((dirt.missing, 0.62), (dirt.made_up_email, 0.013)),
    birthdays=((dirt.missing, 0.454), (dirt.nobodys_birthday, 0.045), (dirt.wrong_birthday, 0.004)),
    daily=0.003,
)
RETAIL: Final = Channel(
    "retail",
    "retail_outlet",
    "R",
    presence=0.72,
    firms=0.69,
    since=2003,
    times=(0.85, 0.15),
    names=(
        (dirt.wrong_character, 0.010),
        (dirt.lost_character, 0.002),
        (dirt.swapped_characters, 0.001),
        (dirt.traditional, 0.002),
    ),
    decorations=((dirt.spaced, 0.002), (dirt.remark, 0.001)),
    ids=((dirt.missing, 0.033), (dirt.fifteen_digits, 0.028), (dirt.mistyped, 0.006), (dirt.lower_case, 0.09)),
    mobiles=((dirt.missing, 0.068), (dirt.placeholder_mobile, 0.030), (dirt.mistyped, 0.02)),
    spelling=((dirt.respelled_mobile, 0.18),),
    of_household=0.055,
    of_stranger=0.002,
    fixed_lines=((dirt.missing, 0.47),),
    addresses=((dirt.missing, 0.047),),
    daily=0.003,
)
AGENT: Final = Channel(
    "agent",
    "agent",
    "A",
    presence=0.302,
    firms=0.54,
    since=2003,
    times=(0.74, 0.22, 0.04),
    names=(
        (dirt.wrong_character, 0.075),
        (dirt.lost_character, 0.012),
        (dirt.swapped_characters, 0.008),
        (dirt.traditional, 0.010),
        (dirt.surname_and_title, 0.001),
        (dirt.unprintable_character, 0.001),
    ),
    decorations=((dirt.spaced, 0.013), (dirt.remark, 0.004)),
    ids=(
        (dirt.missing, 0.31),
        (dirt.fifteen_digits, 0.045),
        (dirt.masked, 0.019),
        (dirt.mistyped, 0.027),
        (dirt.lower_case, 0.06),
    ),
    mobiles=((dirt.missing, 0.014), (dirt.placeholder_mobile, 0.007), (dirt.mistyped, 0.018)),
    spelling=((dirt.respelled_mobile, 0.60),),
    of_household=0.055,
    of_stranger=0.002,
    of_agent=0.085,
    firm_ids=((dirt.missing, 0.4), (dirt.mistyped, 0.01)),
    fixed_lines=((dirt.missing, 0.63),),
    addresses=((dirt.missing, 0.083), (dirt.no_address, 0.213)),
    daily=0.003,
)
APP: Final = Channel(
    "app",
    "app",
    "M",
    presence=0.348,
    firms=0.0,
    since=2012,
    names=((dirt.missing, 0.45), (dirt.wrong_character, 0.004), (dirt.traditional, 0.001)),
    decorations=((dirt.spaced, 0.001), (dirt.remark, 0.001)),
    ids=((dirt.missing, 0.50), (dirt.masked, 0.293), (dirt.lower_case, 0.02)),
    mobiles=((dirt.missing, 0.004), (dirt.mistyped, 0.001)),
    of_household=0.003,
    emails=((dirt.missing, 0.84),),
    daily=0.0025,
)
LEGACY97: Final = Channel(
    "legacy97",
    "legacy97",
    "L",
    presence=1.0,  # of the heads of households that have a line
    firms=0.0,
    since=1989,
    names=(
        (dirt.wrong_character, 0.026),
        (dirt.lost_character, 0.006),
        (dirt.swapped_characters, 0.006),
        (dirt.traditional, 0.004),
    ),
    decorations=((dirt.spaced, 0.003), (dirt.remark, 0.003)),
)
BSS: Final = Channel(
    "bss",
    "bss",
    "S",
    presence=1.0,  # of everybody, once for each number
    firms=0.0,
    since=1994,
    names=(
        (dirt.wrong_character, 0.007),
        (dirt.lost_character, 0.0015),
        (dirt.swapped_characters, 0.001),
        (dirt.traditional, 0.001),
    ),
    decorations=((dirt.spaced, 0.001), (dirt.remark, 0.0005)),
    ids=((dirt.missing, 0.103), (dirt.fifteen_digits, 0.048), (dirt.mistyped, 0.008), (dirt.lower_case, 0.09)),
)
BESTTONE: Final = Channel("besttone", "besttone", "T", presence=0.0, firms=0.80, since=2010, firm_lines=())

CHANNELS: Final = (CALL_CENTER, WEB, RETAIL, AGENT, APP, LEGACY97, BESTTONE, BSS)
PERSON_CHANNELS: Final = (RETAIL, CALL_CENTER, WEB, AGENT, APP)
