"""A directory as files: arrays that are mapped into memory and frames that are read in a moment.

The files hold personal data, as the snapshot does that they are made from. They belong to the machine, the library
versions and the very program that wrote them, and can be made again at any time.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from matching.facts.encoding import Column, Known
from matching.fields import FIELDS
from matching.fieldspec import Fact
from matching.learning.counting import ORDER
from matching.learning.ordering import order_of
from matching.lookup.directory import Directory, DirectoryError, Listing, Packed, Ways
from matching.model import FactModel, Model
from matching.scores.commonness import Commonness, SharedKey
from matching.scores.dependence import ValuePairs
from matching.scores.weigher import Weigher, homes_of, own_of, speaks_against
from matching.single import TWINS
from matching.words import Kind

FORM: Final = 6
CONTENTS: Final = "directory.json"
PAGE: Final = 4_096
OF_DIRECTORY: Final = ("customers", "members", "member_starts", "entity", "names")
OF_COLUMN: Final = ("starts", "codes", "plain")
OF_LISTING: Final = ("itself", "known_hashes")
OF_WAYS: Final = ("hashes", "starts", "made", "row_starts", "rows")


def write(directory: Directory, folder: Path, *, beside: Callable[[Path], None] | None = None) -> None:
    """Write a directory to a folder, which is whole or not there: it is made aside and renamed.

    `beside` writes further files that belong to it to a folder.
    """
    aside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    slim = replace(
        directory.model,
        frequencies=directory.model.frequencies.filter(pl.col("fact").str.ends_with(f":{ORDER}")),
        joints=directory.model.joints.clear(),
    )
    slim.save(aside / "model")
    for name in OF_DIRECTORY:
        np.save(aside / f"{name}.npy", getattr(directory, name))
    pl.DataFrame({"id": directory.record_ids}).write_ipc(aside / "records.arrow", compression="uncompressed")
    pl.DataFrame({"id": directory.customer_ids}).write_ipc(aside / "customers.arrow", compression="uncompressed")
    listings = [_write_listing(listing, aside / str(place)) for place, listing in enumerate(directory.listings)]
    told = {"entities": directory.entities, "has_households": directory.has_households, "listings": listings}
    contents = {**_versions(), **told}
    (aside / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
    if beside is not None:
        beside(aside)
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)


def is_whole(folder: Path) -> bool:
    """Tell whether a folder holds a directory that this program, with its libraries, can read."""
    try:
        contents = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(_versions().items() <= contents.items())


def read(folder: Path) -> Directory:
    """Give the directory that `write` wrote. Raises DirectoryError for a folder that does not hold one."""
    if not is_whole(folder):
        message = f"{folder}: expected a directory as this version writes it, found none; remove the folder"
        raise DirectoryError(message)
    contents = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    model = Model.load(folder / "model")
    return Directory(
        model=model,
        listings=tuple(
            _read_listing(told, folder / str(place), model.facts[place], model)
            for place, told in enumerate(contents["listings"])
        ),
        record_ids=_frame(folder / "records.arrow")["id"],
        customer_ids=_frame(folder / "customers.arrow")["id"],
        entities=tuple(contents["entities"]),
        has_households=contents["has_households"],
        **{name: _array(folder / f"{name}.npy") for name in OF_DIRECTORY},
    )


def known(folder: Path) -> Known:
    """Give the values of a directory that are clean as they come, by fact; none where its files cannot be read.

    Names that were read in an order that a model learned have other parts under another model, and are left out.
    """
    if not is_whole(folder):
        return {}
    told = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))["listings"]
    lies = {listing["name"]: folder / str(place) for place, listing in enumerate(told) if not listing["ordered"]}
    try:
        return {
            name: pl.read_ipc(part / "values.arrow").filter(pl.Series(np.load(part / "column-plain.npy")))
            for name, part in lies.items()
        }
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return {}  # a power cut may have left half a file: then all values are cleaned


def _versions() -> dict[str, object]:
    """Give what must be the same where files are written and read: hashes differ between versions of polars.

    What values mean, and which twins have been tried on them, is the program's that wrote them.
    """
    return {"form": FORM, "polars": pl.__version__, "python": sys.version, "program": _program()}


@cache
def _program() -> str:
    """Give a digest of what matching is made of, code and tables."""
    package = Path(__file__).parents[1]
    parts = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".csv", ".toml"})
    digest = hashlib.sha256()
    for path in parts:
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _write_listing(listing: Listing, folder: Path) -> dict[str, Any]:
    """Write a listing's arrays and give what is told of it in words."""
    folder.mkdir()
    column, weigher = listing.column, listing.weigher
    column.values.write_ipc(folder / "values.arrow", compression="uncompressed")
    _save(folder, "column", column, OF_COLUMN)
    _save(folder, "listing", listing, OF_LISTING)
    _save_commonness(folder, "common", weigher.common)
    if weigher.parent is not None:
        _save_commonness(folder, "parent", weigher.parent)
    if weigher.together is not None:
        _save(folder, "together", weigher.together, ("keys", "counts"))
    for level, key in weigher.shared.items():
        _save(folder, f"shared-{level}", key, ("codes", "rarity"))
    if listing.packed is not None:
        _save(folder, "packed", listing.packed, _names_of(Packed))
    for place, ways in enumerate(listing.ways):
        _save(folder, f"ways-{place}", ways, OF_WAYS)
    return {
        "name": listing.name,
        "kind": column.fact.kind.value,
        "parent": listing.parent,
        "contact": listing.contact,
        "together": weigher.together.height if weigher.together is not None else None,
        "shared": list(weigher.shared),
        "ways": [ways.name for ways in listing.ways],
        "twin": listing.twin is not None,
        "ordered": column.order is not None,
    }


def _read_listing(told: dict[str, Any], folder: Path, fact: FactModel, model: Model) -> Listing:
    field = FIELDS[Kind(told["kind"])]
    column = Column(
        fact=Fact(told["name"], Kind(told["kind"]), ()),
        field=field,
        values=_frame(folder / "values.arrow"),
        order=order_of(model, told["name"]),
        **_load(folder, "column", OF_COLUMN),
    )
    together = told["together"]
    weigher = Weigher(
        fact=fact,
        common=Commonness(**_load(folder, "common", _names_of(Commonness))),
        shared={level: SharedKey(**_load(folder, f"shared-{level}", ("codes", "rarity"))) for level in told["shared"]},
        vetoes=np.array([level.veto for level in field.levels] + [False]),
        against=speaks_against(field),
        homes=homes_of(fact, model),
        documented=field.levels[0].u,
        parent=Commonness(**_load(folder, "parent", _names_of(Commonness))) if told["parent"] is not None else None,
        together=ValuePairs(**_load(folder, "together", ("keys", "counts")), height=together) if together else None,
        own=own_of(fact, model),
    )
    listing = Listing(
        column=column,
        weigher=weigher,
        parent=told["parent"],
        contact=told["contact"],
        ways=tuple(
            Ways(name=name, **_load(folder, f"ways-{place}", OF_WAYS)) for place, name in enumerate(told["ways"])
        ),
        twin=TWINS[field.kind] if told["twin"] else None,
        packed=Packed(**_load(folder, "packed", _names_of(Packed))) if told["twin"] else None,
        **_load(folder, "listing", OF_LISTING),
    )
    listing.lay_ready()
    return listing


def _save_commonness(folder: Path, name: str, common: Commonness) -> None:
    _save(folder, name, common, _names_of(Commonness))


def _names_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _save(folder: Path, name: str, holder: object, parts: tuple[str, ...]) -> None:
    for part in parts:
        np.save(folder / f"{name}-{part}.npy", getattr(holder, part))


def _load(folder: Path, name: str, parts: tuple[str, ...]) -> dict[str, Any]:
    return {part: _array(folder / f"{name}-{part}.npy") for part in parts}


def _array(path: Path) -> Any:
    """Give an array as it lies in its file, every page of it mapped: else those who ask first wait for the pages."""
    array = np.load(path, mmap_mode="r").view(np.ndarray)
    array.view(np.uint8)[::PAGE].max(initial=0)  # other threads run meanwhile
    return array


def _frame(path: Path) -> pl.DataFrame:
    return pl.read_ipc(path).rechunk()
