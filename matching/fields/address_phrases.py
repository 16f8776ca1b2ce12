"""What addresses in letters write in many ways and we read in one, by country: patterns and what they become."""

from typing import Final

POSTCODE_FIRST: Final = r"^\s*((?:\p{L}[\p{L} ]*,\s*)?)(\d{6})\b[\s,]+(\D.*\d.*)$"
"""A postcode that stands, by itself or behind its country, before an address with a house number, as in Russia."""
PAUSE: Final = "qqq"
"""Stands for a comma while units are looked for: what follows a pause is not the unit's number."""
INSIDE: Final = "apt|apartment|flat|unit|suite|ste|room|rm"
"""Words before the number of a unit, as they are written where it has two parts (Flat 3/2, Unit 12-34)."""

RUSSIAN: Final = (
    (r"(?i)\b(?:российская федерация|россия)\b[\s,]*", " "),
    (r"(?i)\b(?:дом|д)\b\.?\s*(\d)", " $1"),
    (r"(?i)\b(?:город|гор|г)\b\.?\s*(\p{L})", " $1"),
    (r"(?i)\b(?:квартира|кв|помещение|помещ|пом|офис|оф|комната|комн)\b\.?\s*№?\s*(\d)", " apt $1"),
    (r"(?i)\b(?:корпус|корп|строение|стр|литера?|лит)\b\.?\s*(\d+|\p{L})\b", " bldg $1"),
)
"""What stands before a house's number, a town, a flat and a part of a house in Russia, written out or in short."""

VIETNAMESE: Final = (
    (r"(?i)^\s*(?:số|so)\s*(?:nhà|nha)?\s*(\d)", "$1"),
    (r"(?i)\b(?:đường|duong|đ\.)\s*([\p{L}\d])", " $1"),
    (r"(?i)\b(?:phường|phuong|p\.)\s*(\d{1,2})\b", " p$1 "),
    (r"(?i)\b(?:quận|quan|q\.)\s*(\d{1,2})\b", " q$1 "),
    (r"(?i)\b(?:phường|phuong|quận|huyện|huyen|thành phố|thanh pho|tp\.)\s*(\p{L})", " $1"),
)
"""What stands before a house's number, a street, and wards and districts, numbered or by name, in Vietnam."""

MONGOLIAN: Final = (
    (r"(?i)(\d+)(?:\s?-?\s?[рr])?\s+(?:хороо|khoroo|horoo)\b", " kh$1 "),
    (r"(?i)(\d+)(?:\s?-?\s?[рr])?\s+(?:байр|bair)\w*\s*,?\s*(\d+)(?:\s?-?\s?[рr])?\s+(?:тоот|toot)\b", " $1 apt $2 "),
    (r"(?i)\b(?:дүүрэг|дүүргийн|duureg|düüreg)\b", " "),
)
"""Subdistricts, houses and flats in Mongolia, which stand before their words."""

WRITTEN: Final[tuple[tuple[str, str], ...]] = (
    *RUSSIAN,
    *VIETNAMESE,
    *MONGOLIAN,
    (r"(?i)\b(?:αριθμός|αρ)\b\.?\s*(\d)", " $1"),
    (r"(?i)^\s*c[./]\s*([\p{L}\d])", "calle $1"),
    (r"(?i)\bc\.?\s?p\.?\s*(\d{5})\b", " $1"),
    (r"(?i)^\s*n(?:o|r|um|umber)\b[.:°\s]*(\d+\s?/\s?\d)", "$1"),
    (r"^([^#\d]*\p{L}[^#\d]*|\s*)#\s*(\d+)\b([^-]|$)", "${1}no $2 $3"),
    (r"(\p{L}[.,]?\s+|,\s*)(\d{1,4})-(\d{1,4})\s*$", "$1$2 apt $3"),
    (POSTCODE_FIRST, "$1$3, $2"),
    (rf"(?i)(\b(?:{INSIDE})\b\.?\s*#?|#)\s*(\d+)[-/](\d+)\b", " $1 $2$3 "),
    (r"#\s*", " apt "),
    (r"(?i)\b(\d+)\s?(bis|ter|quater)\b", "$1$2"),
    (r"(?i)\b(\d{1,2})\s?/\s?f\b\.?", " fl $1 "),
    (r"(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s?(?:floor|flr|fl|f)\b\.?(\s*(?:[^\d\s]|$))", " fl $1 $2"),
    (r"(?i)\b(?:ground|gr|lower|upper|top|mezzanine)\b\.?\s*(?:floor|flr|fl)\b\.?", " "),
    (r"(\p{L}[.,:]?\s*(?:(?i:n[or]?)\s*[.:°]\s*)?\d+[a-z]?)\s?/\s?(\d+)\b", "$1 apt $2"),
    (r"(?i)(\d)\s+(?:[dm]\s*[.:]|(?:lok|int|interno|daire)\b\s*[.:]?)\s*(\d+)\b", "$1 apt $2"),
    (r"(?i)\b(?:plot|house|door|h|d)\.?\s*no\b[.:\s]*(\d)|(?i)\bplot\s+(\d)", " $1$2"),
    (
        r"(?i)^\s*(?:p\.?\s*o\.?\s*b\.?|(?:locked|private|po)\s+bag|boîte postale|b\.?p\.?|box)\s+(?:no\b\.?\s*)?(\d+)",
        "po box $1",
    ),
    (r"[,;\n]", f" {PAUSE} "),
)
"""What is written in many ways and read in one: the two parts of a unit, 12 bis, 12/F, a flat behind the house's number
and a stroke or hyphen (No:12/4, Via Roma 12 int. 4, Brīvības iela 12-4), numbers of plots, boxes, pauses."""
