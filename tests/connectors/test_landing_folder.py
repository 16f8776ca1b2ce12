"""What lies in a landing folder besides extracts: links, directories, half-written and vanishing files."""

import gzip
import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from connectors import landing as landing_module
from connectors import packing
from connectors.discovery import Settling, discover
from connectors.landing import land
from connectors.ledger import Ledger
from connectors.packing import unpack
from connectors.stripping import strip
from connectors.versions import left_over
from tests.connectors.conftest import AT_ONCE, NOW, Hub, make_feed, text

ROWS = "客户编号,姓名,手机,日期\nC1,王芳,,2026-11-02\n".encode()
MORE = ROWS + "C2,李明,,2026-11-02\n".encode()
FEED = make_feed("csv")


@pytest.mark.parametrize("suffix", [".part", ".tmp", ".PART", ".filepart", "~"])
def test_unfinished_files_wait(suffix: str, hub: Hub) -> None:
    (hub.folder / f"people_20261102.csv{suffix}").write_bytes(ROWS)
    landing = hub.land(FEED)
    assert landing.extracts.is_empty()
    assert landing.waiting == (f"in/people_20261102.csv{suffix}",)


def test_hidden_files_and_office_locks_are_left_alone(hub: Hub) -> None:
    for name in (".people_20261102.csv", "~$people_20261102.csv", ".DS_Store"):
        (hub.folder / name).write_bytes(ROWS)
    landing = hub.land(FEED)
    assert (landing.extracts.height, landing.waiting, landing.warnings) == (0, (), ())


def test_files_of_another_kind_are_named(hub: Hub) -> None:
    (hub.folder / "README.md").write_text("hello")
    assert hub.land(FEED).warnings == ("in/README.md: not of the form people_{date}*.csv, left alone",)


def test_a_growing_file_waits_and_is_taken_when_whole(hub: Hub) -> None:
    path = hub.deliver("csv", ROWS)

    def grow(seconds: float) -> None:
        path.write_bytes(MORE)

    growing = Settling(seconds=1, clock=lambda: path.stat().st_mtime, sleep=grow)
    landing = land(FEED, hub.landing, hub.home, judge=None, progress=None, now=NOW, settling=growing)
    assert landing.waiting == ("in/people_20261102.csv",)
    assert hub.landed.is_empty()
    hub.land(FEED)
    assert hub.landed.height == 2


def test_a_file_that_changes_while_it_is_read_waits(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.deliver("csv", ROWS)
    read_bytes = Path.read_bytes

    def read_and_grow(path: Path) -> bytes:
        data = read_bytes(path)
        path.write_bytes(MORE)
        return data

    monkeypatch.setattr(landing_module.Path, "read_bytes", read_and_grow)
    assert hub.land(FEED).waiting == ("in/people_20261102.csv",)


def test_a_file_that_vanishes_before_it_is_read_waits(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.deliver("csv", ROWS)
    other = hub.deliver("csv", MORE, day="20261103")
    read_bytes = Path.read_bytes

    def vanish(path: Path) -> bytes:
        other.unlink(missing_ok=True)
        return read_bytes(path)

    monkeypatch.setattr(landing_module.Path, "read_bytes", vanish)
    landing = hub.land(FEED)
    assert landing.extracts["extract"].to_list() == ["in/people_20261102.csv"]
    assert landing.waiting == ("in/people_20261103.csv",)


def test_a_file_that_vanishes_while_the_folder_is_listed_is_named(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hub.deliver("csv", ROWS)
    monkeypatch.setattr(Path, "resolve", lambda self, strict=False: path.unlink(missing_ok=True) or path.stat())
    assert discover(FEED, hub.landing, AT_ONCE).warnings == ("in/people_20261102.csv: vanished before it was read",)


def test_only_fresh_files_are_watched(hub: Hub) -> None:
    path = hub.deliver("csv", ROWS)
    os.utime(path, (1_000_000, 1_000_000))
    slept: list[float] = []
    found = discover(FEED, hub.landing, Settling(seconds=1, sleep=slept.append))
    assert len(found.extracts) == 1
    assert slept == []


def link_out(hub: Hub) -> None:
    outside = hub.landing.parent / "outside.csv"
    outside.write_bytes(ROWS)
    (hub.folder / "people_20261102.csv").symlink_to(outside)


def link_to_nothing(hub: Hub) -> None:
    (hub.folder / "people_20261102.csv").symlink_to(hub.folder / "gone.csv")


def link_to_itself(hub: Hub) -> None:
    (hub.folder / "people_20261102.csv").symlink_to(hub.folder / "people_20261102.csv")


def directory(hub: Hub) -> None:
    (hub.folder / "people_20261102.csv").mkdir()


def pipe(hub: Hub) -> None:
    os.mkfifo(hub.folder / "people_20261102.csv")


def name_without_date(hub: Hub) -> None:
    (hub.folder / "people.csv").write_bytes(ROWS)


def name_with_no_day(hub: Hub) -> None:
    (hub.folder / "people_20261399.csv").write_bytes(ROWS)


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (link_out, ["a file below the landing folder", "a symbolic link that leads out of it"]),
        (link_to_nothing, ["a file", "a symbolic link to nothing"]),
        (link_to_itself, ["a file", "a symbolic link to nothing"]),
        (directory, ["a file", "a directory of that name"]),
        (pipe, ["a file", "neither a file nor a directory"]),
        (name_without_date, ["a name of the form people_{date}*.csv", "a name without it"]),
        (name_with_no_day, ["a name of the form", "a date that no calendar knows"]),
    ],
)
def test_what_is_no_extract_is_refused(arrange: object, words: list[str], hub: Hub) -> None:
    assert callable(arrange)
    arrange(hub)
    error = str(hub.refused(FEED))
    assert [word for word in (*words, "What to do") if word not in error] == []


def test_links_within_the_landing_folder_are_followed(hub: Hub) -> None:
    (hub.landing / "shared").mkdir()
    (hub.landing / "shared" / "people.csv").write_bytes(ROWS)
    (hub.folder / "people_20261102.csv").symlink_to(hub.landing / "shared" / "people.csv")
    assert hub.land(FEED).extracts["records"].to_list() == [1]


def test_a_missing_landing_folder_is_refused(hub: Hub) -> None:
    hub.landing.rename(hub.landing.with_name("elsewhere"))
    assert "expected a landing folder" in str(hub.refused(FEED))


@pytest.mark.parametrize(
    ("files", "name", "day"),
    [
        ("*{date}*.csv", "10000_tickets_20261105.csv", "2026-11-05"),
        ("*{date}*.csv", "tickets_20261105093000_00000012.CSV", "2026-11-05"),
        ("*{date}*.csv", "20261105.csv", "2026-11-05"),
        ("line{date}.csv", "line20261105.csv", "2026-11-05"),
    ],
)
def test_the_day_is_read_from_the_name(files: str, name: str, day: str, hub: Hub) -> None:
    (hub.folder / name).write_bytes(ROWS)
    feed = make_feed("csv", delivery={"folder": "in", "files": files, "mode": "delta"})
    assert hub.land(feed).extracts["delivered_on"].to_list() == [date.fromisoformat(day)]


def test_a_missing_folder_is_named(hub: Hub) -> None:
    hub.folder.rmdir()
    assert hub.land(FEED).warnings == ("no folder in below the landing folder",)


def test_unreadable_file(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.deliver("csv", ROWS)

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(landing_module.Path, "read_bytes", refuse)
    assert "PermissionError" in str(hub.refused(FEED))


def test_a_file_name_in_another_encoding_is_refused(hub: Hub) -> None:
    name = os.fsencode(hub.folder) + b"/" + "代理商_20261102.csv".encode("gb18030")
    with open(name, "wb") as file:
        file.write(ROWS)
    error = str(hub.refused(FEED))
    assert "a file name in UTF-8" in error
    assert "\\xb4\\xfa" in error


def test_a_folder_that_may_not_be_read_is_refused(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    assert "in: expected a readable folder; found PermissionError" in str(hub.refused(FEED))


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


ONE = zipped(("__MACOSX/people.csv", b"x"), ("out/", b""), ("out/people.csv", ROWS))


@pytest.mark.parametrize(
    "data",
    [gzip.compress(ROWS), gzip.compress(ROWS[:20]) + gzip.compress(ROWS[20:]), ONE],
    ids=["gzip", "gzip in two members", "zip"],
)
def test_a_packed_file_is_the_file(data: bytes, hub: Hub) -> None:
    (hub.folder / "people_20261102.csv.gz").write_bytes(data)
    feed = make_feed("csv", delivery={"folder": "in", "files": "people_{date}*.csv.gz", "mode": "delta"})
    assert hub.land(feed).extracts.select("records", "size_bytes").row(0) == (1, len(data))
    left = strip(feed, data, [2])
    assert unpack(left, feed.format).data == ROWS.split(b"\n")[0] + b"\n\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(ROWS)[:-9], ["a whole gzip archive", "truncated"]),
        (gzip.compress(ROWS)[:10] + b"\xff" * 9, ["a whole gzip archive", "damaged"]),
        (ONE[:-30], ["a whole ZIP archive", "truncated"]),
        (
            zipped(("a.csv", ROWS), ("b.csv", ROWS)),
            ["a ZIP archive of one file", "one of 2: a.csv, b.csv", "unpack it"],
        ),
        (zipped(("__MACOSX/a.csv", ROWS)), ["a ZIP archive of one file", "one of 0"]),
        (gzip.compress(gzip.compress(ROWS)), ["text in utf-8", "a gzip archive"]),
        (gzip.compress(b""), ["rows", "empty file"]),
    ],
    ids=["cut off", "damaged", "zip cut off", "two files", "no file", "packed twice", "nothing"],
)
def test_an_archive_of_anything_else_is_refused(data: bytes, words: list[str], hub: Hub) -> None:
    hub.deliver("csv", data)
    error = str(hub.refused(FEED))
    assert [word for word in (*words, "What to do") if word not in error] == []


def test_an_archive_that_grows_beyond_measure_is_refused(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST", 50)
    hub.deliver("csv", gzip.compress(b"x" * 1000))
    assert "at most 50 bytes" in str(hub.refused(FEED))


def test_numbers_in_names_that_letters_put_out_of_order_are_told_once(hub: Hub) -> None:
    feed = make_feed("csv")
    for number in (2, 9, 10, 11):
        hub.deliver("csv", text(f"C1,王芳{number},,2026-11-01"), suffix=f"_{number}")
        hub.deliver("csv", text(f"C{number},王芳,,2026-11-01"), day="20261101", suffix=f"_{number}")
    hub.deliver("csv", text("C1,王芳,,2026-11-01"), day="20261103", suffix="_1")
    (told,) = hub.land(feed).warnings
    assert told.startswith("in/people_20261102_2.csv: counts as newer than in/people_20261102_11.csv")
    assert "padded with zeros" in told
    assert hub.land(feed).warnings == ()


def test_what_another_feed_has_told_already_is_said(hub: Hub) -> None:
    hub.deliver("csv", text("C1,王芳,,2026-11-01"))
    assert hub.land(make_feed("csv")).warnings == ()
    (told,) = hub.land(make_feed("csv", name="persons")).warnings
    assert told == "in/people_20261102.csv: the same content was taken as feed people; its records are told twice now"
    assert left_over(Ledger(hub.home).extracts(), [make_feed("csv", name="persons")]) == ["people"]
