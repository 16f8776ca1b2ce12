"""A feed file as far as one extract tells it: what a person must add stands in it as a comment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from connectors.drafting.filling import Filling, codes_of, fillings, key_of
from connectors.drafting.forms import delivery_of, form_of
from connectors.errors import FeedError
from connectors.feeds import Delimited, Delivery, Feed, Format, JsonLines, Mode, Title
from connectors.packing import unpack
from connectors.readers import read
from connectors.readers.rows import ReadError, Rows
from matching.proposing.proposal import as_toml

NAME: Final = r"[a-z][a-z0-9_]*"


@dataclass(frozen=True)
class Draft:
    """A feed file to begin with, and what is left to be said by somebody who knows the channel."""

    text: str
    open: tuple[str, ...]


def draft(path: Path, name: str, known: Sequence[Feed] = ()) -> Draft:
    """Give the feed file that an extract suggests; `known` feeds tell what codes mean. Nobody's data stands in it.

    An extract that cannot be read, or whose columns only its channel can tell apart, is a `FeedError`.
    """
    if not re.fullmatch(NAME, name):
        raise FeedError(name, name, "a name of small letters, digits and _", repr(name), "call it mall, for example")
    if not path.is_file():
        raise FeedError(name, str(path), "an extract to draft from", "nothing", "check the path")
    data = path.read_bytes()
    try:
        form = form_of(data)
        rows = _rows(name, form, data)
    except ReadError as error:
        raise FeedError(name, str(path), error.expected, error.found, error.what_to_do) from error
    told_on = datetime.fromtimestamp(path.stat().st_mtime).date()  # noqa: DTZ006 (the day of this machine's clock)
    table = rows.table.select(rows.columns)
    key = key_of(table, told_on)
    filled = fillings(table, key, told_on, rows_may_lack=isinstance(form, JsonLines))
    delivery, dated = delivery_of(path.absolute().parent.name, path.name)
    left = [
        "owner: who answers for the channel",
        "mode: does every extract hold all that the channel knows (full), or what is new (delta)",
        *([] if key else ["key: no column tells another value in every row; several columns may together"]),
        *([] if dated else ["the file's name tells no day: have the channel put it there"]),
        *([] if any("name" in one.to for one in filled) else ["no column was found that tells a name"]),
        *(f"{note}; `sheet` in [format] names another" for note in rows.notes),
        *(
            [f"{rows.rejects.height:,} rows could not be read; customer-hub feeds try says which and why"]
            if rows.rejects.height
            else []
        ),
    ]
    codes = codes_of(table, filled, known)
    unsaid = sum(not meaning for meanings in codes.values() for meaning in meanings.values())
    left += [f"{unsaid} codes whose meaning nobody has said yet"] if unsaid else []
    return Draft(_text(name, form, delivery, key, filled, codes), tuple(left))


def _rows(name: str, form: Format, data: bytes) -> Rows:
    reading = Feed(
        name=name,
        title=Title(en=name, zh=name),
        owner="",
        delivery=Delivery(folder="", files="{date}", mode=Mode.DELTA),
        format=form,
        key=("",),
        columns={},
    )
    return read(reading, unpack(data, form).data)


def _text(  # noqa: PLR0913, PLR0917 (the tables of a feed file)
    name: str,
    form: Format,
    delivery: Delivery,
    key: str,
    filled: Sequence[Filling],
    codes: Mapping[str, Mapping[str, str]],
) -> str:
    mapped = [one for one in filled if one.to]
    ignored = [one for one in filled if not one.to and one.column != key]
    return "\n".join(
        [
            "# Drafted from one extract. Read every line, then: customer-hub feeds check, customer-hub feeds try.",
            f"name = {as_toml(name)}",
            f"title = {{ en = {as_toml(name)}, zh = {as_toml(name)} }}  # what people call it",
            'owner = "?"  # the team to ask when an extract is wrong',
            f"key = {as_toml([key] if key else [])}",
            *(["ignored = ["] if ignored else []),
            *(f"    {as_toml(one.column)},  # {one.why}" for one in ignored),
            *(["]"] if ignored else []),
            "",
            "[delivery]",
            f"folder = {as_toml(delivery.folder)}",
            f"files = {as_toml(delivery.files)}",
            f"date_format = {as_toml(delivery.date_format)}",
            'mode = "delta"  # "full" if every extract holds all that the channel knows: who is missing then is gone',
            "",
            "[format]",
            *_format(form),
            "",
            "[columns]",
            *(f"{as_toml(one.column)} = {_column(one)}  # {one.why}" for one in mapped),
            *(line for field, meanings in codes.items() for line in _codes(field, meanings)),
            "",
        ]
    )


def _format(form: Format) -> list[str]:
    told = form.model_dump(exclude_defaults=True)
    if isinstance(form, Delimited | JsonLines):
        told["encoding"] = form.encoding
    return [f"{key} = {as_toml(value)}" for key, value in told.items()]


def _column(one: Filling) -> str:
    to = one.to[0]
    if not one.formats and not one.optional:
        return as_toml(to)
    parts = [f"to = {as_toml(to)}"]
    parts += ["optional = true"] if one.optional else []
    parts += [f"formats = {as_toml(list(one.formats))}"] if one.formats else []
    return f"{{ {', '.join(parts)} }}"


def _codes(field: str, meanings: Mapping[str, str]) -> list[str]:
    known = [f"{as_toml(code)} = {as_toml(meaning)}" for code, meaning in meanings.items() if meaning]
    unknown = [f'# {as_toml(code)} = "?"' for code, meaning in meanings.items() if not meaning]
    return ["", f"[codes.{field}]", *known, *unknown]
