import io
import json
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CustomerHubError
from pipelines.demo import Demo, dirt, make_extracts
from pipelines.demo.files import BROKEN_AGENT_LINES
from pipelines.demo.numbers import ID_CHECKS, ID_WEIGHTS, Oddities
from pipelines.demo.places import provinces
from pipelines.demo.population import make_population
from pipelines.demo.records import COLUMNS, population_records

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "zh_telecom"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return make_extracts(tmp_path_factory.mktemp("demo"), people=2500, seed=11)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def delimited(path: Path, encoding: str, separator: str) -> pl.DataFrame:
    lines = [line.split(separator) for line in path.read_bytes().decode(encoding, "replace").splitlines()]
    rows = [line for line in lines[1:] if len(line) == len(lines[0])]
    return pl.DataFrame(rows, schema=lines[0], orient="row").with_columns(pl.col(pl.String).replace("", None))


def read_feeds(landing: Path) -> dict[str, pl.DataFrame]:
    """Read whole feeds simply, for counting."""

    def every(pattern: str, read: object) -> pl.DataFrame:
        return pl.concat([read(path) for path in sorted(landing.glob(pattern))])  # type: ignore[operator]

    return {
        "call_center": every("call_center/*.csv", lambda path: delimited(path, "gb18030", ",")),
        "agent": every("agent/*.txt", lambda path: delimited(path, "gbk", "|")),
        "bss": every("bss/*.csv", lambda path: delimited(path, "utf-8", ",")),
        "besttone": every("besttone/*.tsv", lambda path: delimited(path, "utf-8-sig", "\t")),
        "app": every("app/*.parquet", pl.read_parquet).with_columns(pl.col("registered_at").cast(pl.String)),
        "web": every(
            "web/*.jsonl",
            lambda path: pl.read_ndjson(io.BytesIO(path.read_bytes()), infer_schema_length=None).unnest("profile"),
        ),
    }


def test_same_arguments_same_bytes_other_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        make_extracts(tmp_path / name, people=300, seed=seed, days=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "same")
    one, other = pl.read_parquet(tmp_path / "one/truth.parquet"), pl.read_parquet(tmp_path / "other/truth.parquet")
    assert not one.equals(other)


def test_every_record_of_the_truth_is_in_the_files_once_and_no_other(demo: Demo) -> None:
    truth = pl.read_parquet(demo.truth)
    assert not truth.select("channel", "source_id").is_duplicated().any()
    assert truth.height == demo.records
    for feed, frame in read_feeds(demo.landing).items():
        told = truth.filter(pl.col("feed") == feed)["source_id"]
        key = frame[frame.columns[0]]
        broken = key.str.starts_with("A9999999")
        assert set(key.filter(~broken)) == set(told), feed
        if feed != "web":  # profiles that changed come again under their uid
            assert key.filter(~broken).n_unique() == frame.height - broken.sum(), feed


def test_changed_web_profiles_come_again_from_the_third_day_on(demo: Demo) -> None:
    first = pl.read_ndjson(demo.landing / "web/users_20261101.jsonl")["uid"]
    for day, again in ((2, False), (3, True), (4, True), (5, True)):
        uids = pl.read_ndjson(demo.landing / f"web/users_2026110{day}.jsonl")["uid"]
        assert uids.is_in(first.implode()).any() == again, day


def test_the_second_day_of_the_agents_has_the_broken_lines(demo: Demo) -> None:
    lines = (demo.landing / "agent/代理商_20261102.txt").read_bytes().split(b"\r\n")
    assert all(line in lines for line in BROKEN_AGENT_LINES)
    assert b"" in lines[:-1]
    with pytest.raises(UnicodeDecodeError):
        BROKEN_AGENT_LINES[2].decode("gb18030")


def test_files_are_laid_out_as_the_channels_do(demo: Demo) -> None:
    sheet = openpyxl.load_workbook(demo.landing / "retail_outlet/营业厅受理_20261101.xlsx")["受理清单"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "营业厅受理清单 2026-11-01"
    assert not any(rows[1])
    assert rows[2][:3] == ("受理单号", "客户名称", "证件类型")
    assert {type(row[5]) for row in rows[3:]} >= {int, str}
    assert (demo.landing / "besttone/besttone_20261101.tsv").read_bytes().startswith(b"\xef\xbb\xbfid\t")
    records = (demo.landing / "legacy97/LINE97_20261101.DAT").read_bytes().split(b"\r\n")
    assert {len(record) for record in records[:-1]} == {132}
    assert all(record.decode("gb18030") for record in records[:-1])
    web = json.loads((demo.landing / "web/users_20261101.jsonl").read_text("utf-8").splitlines()[0])
    assert set(web["profile"]) == {"name", "email", "birthday", "address"}


@pytest.mark.parametrize("province", provinces())
def test_every_province_has_its_own_people(province: str) -> None:
    population = make_population(200, 5, province=province)
    assert population.homes["province"].unique().to_list() == [province]
    code = population.homes["province_code"][0]
    assert population.persons["id_number"].str.starts_with(code).mean() > 0.7
    line = population.persons.drop_nulls("fixed_line")["fixed_line"]
    assert line.str.contains(r"^0\d{9,11}$").all()


def test_ids_are_valid_and_everybodys_own() -> None:
    population = make_population(20_000, 5)
    ids = population.persons["id_number"]
    assert ids.n_unique() == ids.len()
    total = sum(ids.str.slice(at, 1).cast(pl.Int64) * weight for at, weight in enumerate(ID_WEIGHTS))
    assert (pl.Series(list(ID_CHECKS)).gather(total % 11) == ids.str.slice(17)).all()  # type: ignore[union-attr]
    assert (ids.str.slice(6, 8) == population.persons["birth_date"].dt.strftime("%Y%m%d")).all()
    assert ((ids.str.slice(16, 1).cast(pl.Int64) % 2 == 1) == population.persons["male"]).all()
    codes = population.firms["id_number"]
    assert (codes.str.len_chars() == 18).all()


def test_a_number_is_issued_again_only_to_strangers_after_ninety_days() -> None:
    persons = make_population(20_000, 5).persons
    again = persons.filter(pl.col("former_mobile").is_not_null()).join(
        persons, left_on="former_mobile", right_on="mobile", suffix="_next"
    )
    assert 200 < again.height < 600
    often = make_population(2000, 5, oddities=Oddities(issued_again=0.3)).persons
    assert often["former_mobile"].is_in(often["mobile"].implode()).sum() > 500
    assert (again["household"] != again["household_next"]).all()
    assert ((again["former_until_next"] - again["former_until"]).dt.total_days() >= 90).all()


def test_families_share_what_families_share() -> None:
    persons = make_population(20_000, 5).persons
    twins = persons.filter(pl.len().over("household", "birth_date") > 1, pl.col("role").is_between(2, 8))
    assert 20 < twins.height < 1500
    siblings = persons.filter(pl.col("role").is_between(2, 8), pl.len().over("household") > 3)
    assert (siblings.group_by("household").agg(pl.col("surname").n_unique())["surname"] == 1).all()
    assert persons.select(pl.struct("household", "name").is_duplicated().sum()).item() <= 3
    namesakes = persons.filter(pl.len().over("name") > 1).height
    assert namesakes > 400


@pytest.mark.parametrize(
    ("arguments", "says"),
    [({"people": 0}, "at least|between"), ({"days": 0}, "days"), ({"province": "江苏"}, "江苏省")],
)
def test_what_cannot_be_made_says_so(tmp_path: Path, arguments: dict[str, int], says: str) -> None:
    with pytest.raises(CustomerHubError, match=says):
        make_extracts(tmp_path, **arguments)  # type: ignore[arg-type]


def test_a_shorter_demo_in_the_same_folder_leaves_nothing_of_the_former(tmp_path: Path) -> None:
    make_extracts(tmp_path, people=300, days=5)
    demo = make_extracts(tmp_path, people=300, days=2)
    assert set(demo.files) == {path for path in demo.landing.rglob("*") if path.is_file()}


def test_one_person_is_enough(tmp_path: Path) -> None:
    demo = make_extracts(tmp_path, people=1, days=1)
    assert demo.records >= 1


@pytest.mark.parametrize("records", [1, 999, 12_345])
def test_records_for_measuring_are_as_many_as_asked_for(records: int) -> None:
    rows, truth = population_records(records, 7)
    assert rows.height == truth.height == records
    assert rows.columns == list(COLUMNS)
    assert rows["record_id"].n_unique() == records
    assert rows["record_id"].equals(truth["record_id"])
    again, _ = population_records(records, 7)
    assert rows.equals(again)


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), ids=st.lists(st.from_regex(r"\A\d{17}[\dX]\Z"), min_size=1, max_size=20))
def test_a_mistyped_number_is_one_slip_away(seed: int, ids: list[str]) -> None:
    rows = pl.DataFrame({"value": ids})
    for before, after in zip(ids, dirt.mistyped(np.random.default_rng(seed), rows), strict=True):
        if len(after) == len(before):
            wrong = [at for at in range(len(before)) if before[at] != after[at]]
            assert len(wrong) <= 2
            assert len(wrong) < 2 or (wrong[1] - wrong[0] == 1 and sorted(before) == sorted(after))
        else:
            assert any(before[:at] + before[at + 1 :] == after for at in range(len(before)))


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), rate=st.floats(0, 1))
def test_nothing_befalls_what_is_missing(seed: int, rate: float) -> None:
    rows = pl.DataFrame({"mobile": ["13312345678", None, None, "18900000001"]})
    rng = np.random.default_rng(seed)
    after = dirt.befall(rng, rows, "mobile", ((dirt.respelled_mobile, rate), (dirt.placeholder_mobile, 1 - rate)))
    assert after.is_null().to_list() == [False, True, True, False]
    assert dirt.befall(rng, rows, "mobile", ((dirt.mistyped, 0.0),)).equals(rows["mobile"])


def test_wrong_characters_sound_or_look_alike() -> None:
    names = pl.DataFrame({"value": ["张伟"] * 400})
    wrong = dirt.wrong_character(np.random.default_rng(1), names)
    assert {len(name) for name in wrong} == {2}
    changed = set(wrong) - {"张伟"}
    assert {"章伟", "张炜", "张纬"} & changed
    assert len(changed) > 8


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the extracts to compare with are not part of the project")
def test_the_demo_is_no_easier_than_a_provinces_own_extracts(demo: Demo) -> None:
    """Compare shares only: missing values per column, records per customer."""
    ours, theirs = read_feeds(demo.landing), read_feeds(SHARED / "extracts")
    for feed, frame in theirs.items():
        assert ours[feed].columns == frame.columns, feed
        for column in frame.columns:
            gap = ours[feed][column].null_count() / ours[feed].height - frame[column].null_count() / frame.height
            assert abs(gap) < 0.05, (feed, column, gap)
    per_customer = [
        truth.filter(pl.col("entity").str.starts_with("P")).group_by("entity").len()["len"].mean()
        for truth in (pl.read_parquet(demo.truth), pl.read_parquet(SHARED / "truth.parquet"))
    ]
    assert per_customer[0] == pytest.approx(per_customer[1], rel=0.05)
