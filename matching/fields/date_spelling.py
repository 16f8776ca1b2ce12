"""How dates are spelt: months, eras and numerals in words, years of two digits, days in one number; all in numbers."""

from datetime import date
from typing import Final

import polars as pl

from matching.fields.digits import in_common_digits
from matching.fields.sparing import where_told

MONTHS: Final = {
    name: f"{number:02}"
    for number, names in enumerate(
        (
            "jan january januar januari janvier enero ene gennaio gen janeiro stycznia sty ocak oca ledna led ianuarie "
            "января янв ιανουαριου ιαν يناير ינואר",
            "feb february februar februari fevrier fev febbraio febrero fevereiro lutego lut subat sub unora uno "
            "februarie февраля фев φεβρουαριου φεβ فبراير פברואר",
            "mar march maerz marz mars marts marzo marco maart mrt maret marca mart brezna martie "
            "марта мар μαρτιου μαρ مارس מרץ",
            "apr april avril avr abril abr aprile kwietnia kwi nisan nis dubna dub aprilie "
            "апреля апр απριλιου απρ ابريل אפריל",
            "may mai mayo maggio mag maio mei maj maja mayis kvetna kve мая μαιου μαι مايو מאי",
            "jun june juni juin junio giugno giu junho czerwca cze haziran haz cervna iunie "
            "июня июн ιουνιου ιουν يونيو יוני",
            "jul july juli juillet juil julio luglio lug julho lipca lip temmuz tem cervence iulie "
            "июля июл ιουλιου ιουλ يوليو יולי",
            "aug august augusti augustus aout agosto ago agustus agustos agu sierpnia sie srpna srp "
            "августа авг αυγουστου αυγ اغسطس אוגוסט",
            "sep sept september septembre septiembre settembre set setembro wrzesnia wrz eylul eyl zari septembrie "
            "сентября сен σεπτεμβριου σεπ سبتمبر ספטמבר",
            "oct october oktober okt octobre octubre ottobre ott outubro out pazdziernika paz ekim eki rijna rij "
            "octombrie октября окт οκτωβριου οκτ اكتوبر אוקטובר",
            "nov november novembre noviembre novembro listopada listopadu lis kasim kas noiembrie "
            "ноября ноя νοεμβριου νοε نوفمبر נובמבר",
            "dec december dezember dez decembre diciembre dic dicembre dezembro desember des grudnia gru aralik ara "
            "prosince pro decembrie декабря дек δεκεμβριου δεκ ديسمبر דצמבר",
        ),
        1,
    )
    for name in names.split()
}
"""Months as dates name them, without accents: whole, and as they are shortened."""
ERAS: Final = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "大正": 1911,
    "明治": 1867,
    "中華民國": 1911,
    "中华民国": 1911,
    "民國": 1911,
    "民国": 1911,
    "民": 1911,
    "r": 2018,
    "h": 1988,
    "s": 1925,
    "t": 1911,
    "m": 1867,
}
"""The year before the first of an era by which Japan, where a letter may stand for it, and Taiwan count years."""
YEAR_BREAK: Final = 30
"""Years of two digits below this are of this century, the others of the last."""
ONES: Final = "一二三四五六七八九"
TENS: Final = {"十": 1, "廿": 2, "二十": 2, "卅": 3, "三十": 3}
NUMERALS: Final = {
    **{f"{ten}{one}": f"{10 * tens + ones}" for ten, tens in TENS.items() for ones, one in enumerate(ONES, 1)},
    **{ten: f"{10 * tens}" for ten, tens in TENS.items()},
    **{one: str(ones) for ones, one in enumerate(ONES, 1)},
    **dict.fromkeys("〇零○", "0"),
    "元": "1",
}
"""Chinese numerals of years (digit by digit), months and days."""
COUNTED: Final = tuple(era for era in ERAS if not era.isascii())
"""Eras by their names, whose years are numbers spelt in full: 民國六十九年 is the 69th, 民國一百零二年 the 102nd."""


def _spelt(number: int) -> tuple[str, ...]:
    """Give how a number from 1 to 150 is spelt in full, both ways where there are two."""
    hundred, rest = divmod(number, 100)
    ten, one = divmod(rest, 10)
    digits = ("", *ONES)
    below = (f"{digits[ten] if ten > 1 else ''}十" if ten else "") + digits[one]
    if not hundred:
        return (below,)
    if ten == 1:
        return (f"一百一{below}", f"一百{below}")
    return (f"一百{'' if ten or not one else '零'}{below}",)


YEARS_SPELT: Final = {f"{word}年": f"{number}年" for number in range(150, 0, -1) for word in _spelt(number)}
"""Years of an era in Chinese numerals, the long ones first, and in digits."""
SHORT_YEARS: Final = (
    (r"^\s*([0-2]\d)年", "20${1}年"),
    (r"^\s*([3-9]\d)年", "19${1}年"),
    (r"^\s*(3[2-9]|[4-9]\d)([-./])(\d{1,2})([-./])(\d{1,2})\s*$", "19${1}-${3}-${5}"),
)
"""Dates that begin with a year of two digits which can be no day, and what they are with four."""
IN_ONE: Final = (
    (r"^(3[2-9]|[4-9]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$", "19${1}${2}${3}"),
    (r"^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(3[2-9]|[4-9]\d)$", "19${3}${2}${1}"),
    (r"^(\d{8})(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$", "$1"),
)
"""A day in one number that has not eight digits: with a year of two, or with hours, minutes and seconds."""
SERIAL: Final = r"^[1-4]\d{4}$"
"""A day as spreadsheets count them, from DAY_ZERO on: 1927 to 2036."""
DAY_ZERO: Final = date(1899, 12, 30)


def in_numbers(text: pl.Expr) -> pl.Expr:
    """Give dates as numbers with a blank between them, a month that is named with `M` behind its number."""
    text = _in_digits(in_common_digits(text))
    words = sorted(MONTHS, key=len, reverse=True)
    text = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.normalize("NFC").str.to_lowercase()
    text = text.str.replace(r"[ t]\d{1,2}:\d{2}.*$", "").str.replace_all("ı", "i").str.replace_all("ł", "l")
    era = text.str.extract(rf"^\s*({'|'.join(ERAS)})\W*\d{{1,3}}\D")
    of_era = text.str.extract(r"(\d{1,3})").cast(pl.Int32) + era.replace_strict(ERAS, default=None)
    text = pl.when(era.is_not_null()).then(text.str.replace(r"^\D*\d{1,3}", pl.format("{}", of_era))).otherwise(text)
    text = text.str.replace_many(words, [f" {MONTHS[word]}M " for word in words], leftmost=True)
    return text.str.replace_all(r"[^\dM]+", " ").str.strip_chars()


def _in_digits(text: pl.Expr) -> pl.Expr:
    """Give dates in Chinese numerals and with short years in the digits of others."""
    of_era = text.str.contains(rf"^\s*(?:{'|'.join(COUNTED)})[百{ONES}十]")
    text = pl.coalesce(where_told(pl.when(of_era).then(text), _era_in_digits), text)
    has_numerals = text.str.contains("[年月日号]") & text.str.contains(f"[{''.join(NUMERALS)}]")
    spelt = text.str.replace_many(list(NUMERALS), list(NUMERALS.values()), leftmost=True)
    text = pl.when(has_numerals).then(spelt).otherwise(text)
    for short, whole in SHORT_YEARS:
        text = text.str.replace(short, whole)
    return text


def _era_in_digits(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(list(YEARS_SPELT), list(YEARS_SPELT.values()), leftmost=True)


def in_eight(number: pl.Expr) -> pl.Expr:
    """Give days in one number with eight digits, null for what is no day."""
    for other, eight in IN_ONE:
        number = number.str.replace(other, eight)
    serial = pl.when(number.str.contains(SERIAL)).then(number).cast(pl.Int32)
    counted = (pl.lit(DAY_ZERO) + pl.duration(days=serial)).dt.strftime("%Y%m%d")
    return pl.coalesce(counted, number).str.extract(r"^(\d{8})$")


def century(year: pl.Expr) -> pl.Expr:
    """Give years with their century: two digits are of this one or the last, more stand as they are."""
    number = year.cast(pl.Int32, strict=False)
    full = number + pl.when(number < YEAR_BREAK).then(2000).otherwise(1900)
    return pl.when(year.str.len_chars() == 2).then(full).otherwise(number)
