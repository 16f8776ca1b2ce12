"""One question held against a directory: the very scores of a run, the right customers, the same from files."""

from bisect import bisect_left
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.standardised import channel_records
from matching.facts.encoding import encode
from matching.fields.base import VALUE
from matching.lookup import directory_files
from matching.lookup.answering import Desk, Scores
from matching.lookup.asking import Question, Told, understand
from matching.lookup.directory import SEED, Directory, DirectoryError, hashed
from matching.lookup.laying_out import lay_out
from matching.lookup.meeting import met
from matching.policy import HUB_FIELDS
from matching.resolving import Resolution, resolve
from matching.scores.scoring import Scorer
from matching.scores.sharing import is_own, prove_at_once
from matching.single import TWINS, trusted
from matching.words import Band, EntityType, Kind
from pipelines.demo.records import population_records

RECORDS = channel_records(population_records(1_200, 5)[0]).sort("record_id")


@cache
def resolved() -> Resolution:
    return resolve(RECORDS, HUB_FIELDS)


@cache
def laid_out(every: int) -> Directory:
    """A directory of every so many records: the others tell values that nobody in it has told."""
    crosswalk = resolved().members.rename({"cluster": "customer_id"})
    return lay_out(RECORDS.gather_every(every), crosswalk, resolved().model)


@pytest.fixture(scope="module")
def directory() -> Directory:
    return laid_out(1)


def question(row: dict[str, object]) -> Question:
    born, kind = row["birth_date"], row["entity_type"]
    return Question(
        name=row["name"],  # type: ignore[arg-type]
        id_number=row["id_number"],  # type: ignore[arg-type]
        phones=(*row["mobiles"], *row["fixed_lines"]),  # type: ignore[misc]
        email=row["email"],  # type: ignore[arg-type]
        birth_date=str(born) if born else None,
        gender=row["gender"],  # type: ignore[arg-type]
        address=row["address"],  # type: ignore[arg-type]
        entity_type=EntityType(str(kind)),
    )


def differs(directory: Directory, place: int) -> float:
    """How far the scores of a record, asked as a question, are from those a run gives it with every record.

    Infinitely far where it is not told alike what only the members of a household share.
    """
    told = understand(question(RECORDS.row(place, named=True)), directory)
    rows = np.arange(directory.height)
    desk = Desk(directory)
    scores = desk.score(told, rows)
    own = is_own(desk.proofs(told, scores, slice(None)))
    assert own[proved_at_once(desk, told, scores)].all()
    ids = directory.record_ids.to_list()
    others = np.array([RECORDS["record_id"].search_sorted(identifier) for identifier in ids])
    run = resolved().scorer.score(np.full(others.size, place), others)
    if not (own == run.own)[others != place].all():
        return np.inf
    return float(np.abs(scores.score - run.score)[others != place].max())


def proved_at_once(desk: Desk, told: Told, scores: Scores) -> npt.NDArray[np.bool_]:
    """Tell which records prove by themselves, at first sight, that the question means their customer."""
    alone = (slice(row, row + 1) for row in range(scores.rows.size))
    return np.array([prove_at_once(*desk._speaking(told, scores, one), told.asker) for one in alone])


def test_a_mailbox_of_ones_own_proves_at_once(directory: Directory) -> None:
    desk = Desk(directory)
    mailbox = RECORDS.filter(pl.col("email").is_not_null(), entity_type="person")["email"][0]
    told = understand(Question(email=mailbox), directory)
    scores = desk.score(told, np.arange(directory.height))
    at_once = proved_at_once(desk, told, scores)
    assert at_once.any()
    assert not at_once.all()


@settings(max_examples=12, deadline=None)
@given(place=st.integers(0, RECORDS.height - 1))
@example(place=864)  # a name in Chinese beside the same in letters
def test_a_record_asked_has_the_scores_of_a_run(place: int) -> None:
    assert differs(laid_out(1), place) < 1e-9


@settings(max_examples=12, deadline=None)
@given(place=st.integers(0, RECORDS.height // 2 - 1).map(lambda half: 2 * half + 1))
def test_so_it_has_when_nobody_told_its_values_before(place: int) -> None:
    assert differs(laid_out(2), place) < 1e-9


def test_a_run_of_its_own_scores_alike(directory: Directory) -> None:
    scorer = Scorer(encode(RECORDS, HUB_FIELDS), resolved().model)
    left, right = np.array([3, 7, 11]), np.array([200, 300, 400])
    assert (scorer.score(left, right).score == resolved().scorer.score(left, right).score).all()
    assert directory.height == scorer.encoded.height


def test_most_records_find_their_own_customer_first(directory: Directory) -> None:
    desk = Desk(directory)
    own = [str(directory.customer_ids[int(customer)]) for customer in directory.customers]
    found = 0
    for place in range(0, RECORDS.height, 8):
        answers = desk.ask(question(RECORDS.row(place, named=True)))
        found += bool(answers) and answers[0].customer_id == own[place]
    assert found / len(range(0, RECORDS.height, 8)) > 0.95


def test_the_evidence_adds_up_and_speaks_two_languages(directory: Directory) -> None:
    row = RECORDS.filter(pl.col("mobiles").list.len() > 0).row(5, named=True)
    answers = Desk(directory).ask(question(row))
    assert answers[0].band is Band.MATCH
    for answer in answers:
        assert sum(reason.weight for reason in answer.evidence) == pytest.approx(answer.score, abs=1e-9)
        assert all(reason.says_zh and reason.says_en for reason in answer.evidence)
        assert 0 <= answer.probability <= 1
    order = [(answer.contradicts, -answer.score) for answer in answers]
    assert order == sorted(order)


def test_a_surname_at_a_familys_line_is_at_best_asked_about(directory: Directory) -> None:
    assert directory.has_households
    lines = RECORDS.filter(pl.col("fixed_lines").list.len() > 0, entity_type="person").drop_nulls("surname")
    bands = set()
    for row in lines.head(60).iter_rows(named=True):
        asked = Question(name=f"{row['surname']}先生", phones=tuple(row["fixed_lines"]), address=row["address"])
        bands |= {answer.band for answer in Desk(directory).ask(asked)}
    assert Band.REVIEW in bands
    assert Band.MATCH not in bands


def test_a_phone_alone_is_enough_to_be_found(directory: Directory) -> None:
    number = RECORDS.filter(pl.col("mobiles").list.len() > 0)["mobiles"][3][0]
    holders = RECORDS.filter(pl.col("mobiles").list.contains(number))["record_id"].to_list()
    customers = resolved().members.filter(pl.col("record_id").is_in(holders))["cluster"].to_list()
    found = {answer.customer_id for answer in Desk(directory).ask(Question(phones=(f"+86 {number}",)), limit=20)}
    assert found & set(customers)


def test_who_is_asked_for_in_the_wrong_encoding_is_found(directory: Directory) -> None:
    name = next(name for name in RECORDS["name"] if name and name[0] > "一")
    misread = name.encode().decode("latin-1")
    wanted, found = (Desk(directory).ask(Question(name=said)) for said in (name, misread))
    assert wanted
    assert found == wanted


@settings(max_examples=12, deadline=None)
@given(place=st.integers(0, RECORDS.height - 1))
def test_who_contradicts_takes_nobodys_place(place: int) -> None:
    asked, desk = question(RECORDS.row(place, named=True)), Desk(laid_out(1))
    few, many = ([one for one in desk.ask(asked, limit=limit) if not one.contradicts] for limit in (3, 20))
    assert few == many[:3]


def with_the_same_end(number: str) -> str:
    """Give another valid resident's number with the same last four characters."""
    for days in range(1, 10_000):
        born = (date(1950, 1, 1) + timedelta(days=days)).strftime("%Y%m%d")
        other = number[:6] + born + number[14:]
        parts = TWINS[Kind.ID_NUMBER].clean(other)  # type: ignore[misc]
        if other != number and parts is not None and parts["is_valid"]:
            return other
    raise AssertionError(number)


def test_the_end_of_anothers_number_brings_nobody(directory: Directory) -> None:
    desk = Desk(directory)
    asked_for = 0
    for row in RECORDS.filter(pl.col("id_number").str.contains(r"^[1-6]\d{16}[\dX]$")).head(20).iter_rows(named=True):
        own = desk.ask(Question(id_number=row["id_number"]))
        if own and own[0].evidence[1].level == "same" and own[0].records == 1:
            asked_for += 1
            told = Question(id_number=with_the_same_end(row["id_number"]))
            assert own[0].customer_id not in {one.customer_id for one in desk.ask(told, limit=20)}
            with_name = replace(told, name=row["name"])
            assert own[0].customer_id in {one.customer_id for one in desk.ask(with_name, limit=20)}
    assert asked_for


@pytest.mark.parametrize(
    "nobody",
    [
        Question(),
        Question(name="  "),
        Question(phones=("00000000000",)),
        Question(email="not one"),
        Question(name="***"),
    ],
)
def test_who_says_nothing_finds_nobody(directory: Directory, nobody: Question) -> None:
    assert Desk(directory).ask(nobody) == []


@settings(max_examples=12, deadline=None)
@given(text=st.text(max_size=30), number=st.text("0123456789X*+- ", max_size=20))
def test_any_text_is_answered(text: str, number: str) -> None:
    answers = Desk(laid_out(1)).ask(
        Question(name=text, id_number=number, phones=(number, text), email=text, address=text)
    )
    assert all(np.isfinite(answer.score) for answer in answers)


def test_files_hold_the_same_directory(directory: Directory, tmp_path: Path) -> None:
    directory_files.write(directory, tmp_path / "r1")
    again = directory_files.read(tmp_path / "r1")
    for place in range(0, 60, 3):
        asked = question(RECORDS.row(place, named=True))
        assert Desk(again).ask(asked) == Desk(directory).ask(asked)


def test_values_of_the_directory_before_are_as_if_they_were_cleaned(directory: Directory, tmp_path: Path) -> None:
    directory_files.write(laid_out(2), tmp_path / "r1")
    known = directory_files.known(tmp_path / "r1")
    assert known["name"].height < directory.listing("name").column.values.height
    anew = encode(RECORDS, HUB_FIELDS, known=known)
    for mine, its in zip(anew.columns, directory.listings, strict=True):
        assert mine.values.equals(its.column.values, null_equal=True)
        assert mine.values.schema == its.column.values.schema
        assert np.array_equal(mine.codes, its.column.codes)
        assert np.array_equal(mine.starts, its.column.starts)
        assert mine.plain is not None
        assert np.array_equal(mine.plain, its.column.plain)
    assert directory_files.known(tmp_path / "none") == {}
    (tmp_path / "r1" / "0" / "values.arrow").write_bytes(b"ARROW1")
    assert directory_files.known(tmp_path / "r1") == {}


def test_who_asks_first_waits_for_nothing(directory: Directory, tmp_path: Path) -> None:
    directory_files.write(directory, tmp_path / "r1")
    for listing in directory_files.read(tmp_path / "r1").listings:
        assert "_landmarks" in vars(listing)
        assert {"lengths", "shared", "in_chinese"} <= vars(listing.column).keys()


@given(st.text(max_size=30))
def test_one_text_is_hashed_as_all_are(text: str) -> None:
    assert hashed(text) == pl.Series([text]).hash(SEED)[0]


def test_half_a_folder_is_no_directory(directory: Directory, tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="found none"):
        directory_files.read(tmp_path / "none")
    directory_files.write(directory, tmp_path / "r1")
    (tmp_path / "r1" / "directory.json").write_text('{"form": 0}', encoding="utf-8")
    assert not directory_files.is_whole(tmp_path / "r1")


def test_a_directory_of_another_program_is_made_anew(
    directory: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory_files.write(directory, tmp_path / "r1")
    again = directory_files.read(tmp_path / "r1")
    assert [each.twin for each in again.listings] == [each.twin for each in directory.listings]
    monkeypatch.setattr(directory_files, "_program", lambda: "another")
    assert not directory_files.is_whole(tmp_path / "r1"), "its twins were not tried by this one"


def test_packed_parts_are_the_parts(directory: Directory) -> None:
    for listing in directory.listings:
        if listing.twin is not None and listing.packed is not None:
            told = listing.column.values.select(listing.twin.columns).rows()
            assert listing.packed.of(range(len(told))) == told


def test_values_stand_where_they_stand(directory: Directory) -> None:
    for listing in directory.listings:
        texts = listing.texts.to_list()
        assert [listing.find(text) for text in texts] == list(range(len(texts)))
        for strange in ("", "~", "王", *(f"{text}a" for text in texts[::7])):
            assert listing.place(strange) == bisect_left(texts, strange)


def test_every_twin_does_as_its_field_does(directory: Directory) -> None:
    told = [listing for listing in directory.listings if listing.column.values.height]
    believed = {listing.column.fact.kind for listing in told if listing.twin is not None}
    assert believed == {listing.column.fact.kind for listing in told} & set(TWINS)
    assert believed >= set(TWINS) - {Kind.ORGANISATION_NAME}, "whom nobody here tells"


def test_a_twin_that_differs_is_not_believed(directory: Directory) -> None:
    listing = directory.listing("phone")
    other = replace(listing.column.field, compare=lambda left, right: pl.Series([3] * left.height))
    assert trusted(other, listing.column.values) is None
    unclean = replace(
        listing.column.field, clean=lambda raw: listing.column.field.clean(raw).with_columns(digits=raw + "0")
    )
    assert trusted(unclean, listing.column.values) is None
    keyed = replace(
        listing.column.field, keys={**listing.column.field.keys, "last_seven_digits": lambda frame: frame[VALUE]}
    )
    assert trusted(keyed, listing.column.values) is None


def test_a_number_that_hides_digits_finds_who_shows_them(directory: Directory) -> None:
    assert "phone:shown_ends" not in directory.model.keys, "records hide no digit here, so runs need no such key"
    row = RECORDS.filter(pl.col("mobiles").list.len() > 0, entity_type="person").row(3, named=True)
    number, name = row["mobiles"][0], row["name"]
    own = directory.customer_ids[int(directory.customers[RECORDS["record_id"].index_of(row["record_id"])])]
    desk = Desk(directory)
    for hidden in (f"{number[:3]}****{number[-4:]}", f"{number[:3]}xxxx{number[-4:]}"):
        assert desk.ask(Question(phones=(hidden,)))[0].customer_id == own
    assert desk.ask(Question(phones=(f"尾号{number[-4:]}",), name=name))[0].customer_id == own


def test_a_number_in_full_meets_nobody_by_its_ends(directory: Directory) -> None:
    number = str(RECORDS["mobiles"].list.first().drop_nulls()[0])
    other = number[:3] + str((int(number[3:7]) + 1111) % 10_000).zfill(4) + number[-4:]
    told = understand(Question(phones=(other,)), directory)
    found, _ = met(directory, told)
    assert number not in RECORDS["mobiles"].gather(found).explode().to_list()


def test_what_cannot_be_read_of_a_question_is_told(directory: Directory) -> None:
    desk = Desk(directory)
    asked = Question(name="???", id_number="nonsense", phones=("12", "13766002791"), birth_date="soon", email="@")
    told = desk.understand(asked)
    assert [(one.part, one.place) for one in told.unread] == [
        ("id_number", 0),
        ("name", 0),
        ("email", 0),
        ("phones", 0),
        ("birth_date", 0),
    ]
    assert all(one.says_zh and one.says_en.startswith("expected") for one in told.unread)
    assert not told.says_nothing
    assert desk.understand(Question(phones=(" ",))).says_nothing
    known = question(RECORDS.row(0, named=True))
    assert desk.understand(replace(known, phones=(*known.phones, *known.phones))).unread == [], "said twice is read"
