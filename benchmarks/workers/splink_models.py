"""How Splink is set up for each set: as its documentation does where it has the set, with care otherwise.

Blocking rules, comparisons, the rules and recall its prior is estimated from, and the blocks EM is trained on.
Documented: historical_50k, febrl3, febrl4 and fake_1000 (examples for DuckDB in Splink's documentation).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import block_on
from splink.internals.comparison_creator import ComparisonCreator


@dataclass(frozen=True)
class Model:
    """A Splink model before training. `prepare` adds columns, as SQL expressions on the records."""

    blocks: Sequence[object]
    comparisons: Sequence[ComparisonCreator]
    certain: Sequence[object]
    recall: float
    train_on: Sequence[object]
    prepare: str = "*"
    max_pairs: float = 1e7


def _exact(column: str) -> ComparisonCreator:
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def _born(column: str) -> ComparisonCreator:
    return cl.DateOfBirthComparison(column, input_is_string=True, invalid_dates_as_null=True)


def historical_50k() -> Model:
    return Model(
        blocks=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
            _born("dob"),
            cl.PostcodeComparison("postcode_fake"),
            _exact("birth_place"),
            _exact("occupation"),
        ],
        certain=[
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ],
        recall=0.6,
        train_on=[block_on("first_name", "surname"), block_on("dob")],
        prepare="*, first_name || ' ' || surname as both_names",
    )


def febrl3(*, with_id: bool = True) -> Model:
    own_id = [cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2])] if with_id else []
    by_id = [block_on("soc_sec_id")] if with_id else []
    return Model(
        blocks=[*by_id, block_on("given_name"), block_on("surname"), block_on("date_of_birth"), block_on("postcode")],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            _born("date_of_birth"),
            *own_id,
            _exact("street_number"),
            _exact("postcode"),
        ],
        certain=[
            *by_id,
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
        ],
        recall=0.9,
        train_on=[block_on("date_of_birth"), block_on("postcode")],
        max_pairs=1e6,
    )


def febrl4(*, with_id: bool = True) -> Model:
    own_id = [cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2])] if with_id else []
    by_id = [block_on("soc_sec_id")] if with_id else []
    return Model(
        blocks=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            *by_id,
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            _born("date_of_birth"),
            *own_id,
            _exact("street_number"),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        certain=[*by_id, block_on("given_name", "surname", "date_of_birth")],
        recall=0.8,
        train_on=[block_on("date_of_birth"), block_on("postcode")],
        max_pairs=1e6,
    )


def febrl_dsgen() -> Model:
    """FEBRL 4's model with the wider blocks of FEBRL 3's, and the telephone number these sets have besides."""
    model = febrl4()
    return replace(
        model,
        blocks=[
            *model.blocks,
            block_on("given_name"),
            block_on("surname"),
            block_on("phone_number"),
        ],
        comparisons=[*model.comparisons, cl.DamerauLevenshteinAtThresholds("phone_number", [1, 2])],
        certain=[*model.certain, block_on("phone_number", "surname")],
        recall=0.9,
    )


def fake_1000() -> Model:
    near = "levenshtein(l.dob, r.dob) <= 1"
    return Model(
        blocks=[block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            _born("dob"),
            _exact("city"),
            cl.EmailComparison("email"),
        ],
        certain=[
            f"l.first_name = r.first_name and {near}",
            f"l.surname = r.surname and {near}",
            "l.first_name = r.first_name and levenshtein(l.surname, r.surname) <= 2",
            block_on("email"),
        ],
        recall=0.7,
        train_on=[block_on("dob"), block_on("email"), block_on("first_name", "surname")],
        max_pairs=1e6,
    )


def rldata10000() -> Model:
    return Model(
        blocks=[
            block_on("fname_c1", "lname_c1"),
            block_on("fname_c1", "by"),
            block_on("lname_c1", "by"),
            block_on("by", "bm", "bd"),
            block_on("lname_c1", "bm", "bd"),
            block_on("fname_c1", "bm", "bd"),
        ],
        comparisons=[
            cl.NameComparison("fname_c1").configure(term_frequency_adjustments=True),
            cl.NameComparison("lname_c1").configure(term_frequency_adjustments=True),
            _exact("fname_c2"),
            cl.DamerauLevenshteinAtThresholds("by", [1]),
            cl.ExactMatch("bm"),
            cl.ExactMatch("bd"),
        ],
        certain=[block_on("fname_c1", "lname_c1", "by"), block_on("lname_c1", "by", "bm", "bd")],
        recall=0.8,
        train_on=[block_on("by", "bm", "bd"), block_on("fname_c1", "lname_c1")],
    )


def early_childhood_sites() -> Model:
    return Model(
        blocks=[
            block_on("phone"),
            block_on("site_name"),
            block_on("address"),
            block_on("substr(site_name,1,6)", "zip"),
            block_on("substr(address,1,6)", "zip"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("site_name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.9]).configure(term_frequency_adjustments=True),
            _exact("zip"),
            cl.LevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
        ],
        certain=[block_on("site_name", "phone"), block_on("address", "phone"), block_on("site_name", "address")],
        recall=0.6,
        train_on=[block_on("phone"), block_on("address")],
    )


def officeally_patients() -> Model:
    return Model(
        blocks=[
            block_on("last_name"),
            block_on("first_name", "date_of_birth"),
            block_on("date_of_birth"),
            block_on("current_street_1"),
            block_on("previous_street_1"),
        ],
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("last_name"),
            _born("date_of_birth"),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("current_street_1", [0.95, 0.88]),
            cl.ExactMatch("current_zip_code"),
        ],
        certain=[block_on("first_name", "last_name", "date_of_birth"), block_on("last_name", "current_street_1")],
        recall=0.6,
        train_on=[block_on("date_of_birth"), block_on("last_name")],
        max_pairs=1e6,
    )


def senzing_truthset() -> Model:
    return Model(
        blocks=[
            block_on("PRIMARY_NAME_LAST"),
            block_on("PHONE_NUMBER"),
            block_on("EMAIL_ADDRESS"),
            block_on("DATE_OF_BIRTH"),
            block_on("substr(PRIMARY_NAME_ORG,1,6)"),
            block_on("ADDR_POSTAL_CODE"),
        ],
        comparisons=[
            cl.NameComparison("PRIMARY_NAME_FIRST"),
            cl.NameComparison("PRIMARY_NAME_LAST"),
            cl.JaroWinklerAtThresholds("PRIMARY_NAME_ORG", [0.95, 0.88]),
            _born("DATE_OF_BIRTH"),
            cl.ExactMatch("PHONE_NUMBER"),
            cl.ExactMatch("EMAIL_ADDRESS"),
            cl.JaroWinklerAtThresholds("ADDR_LINE1", [0.95, 0.88]),
            cl.ExactMatch("PASSPORT_NUMBER"),
            cl.ExactMatch("SSN_NUMBER"),
            cl.ExactMatch("DRIVERS_LICENSE_NUMBER"),
        ],
        certain=[block_on("PRIMARY_NAME_LAST", "PHONE_NUMBER"), block_on("PRIMARY_NAME_LAST", "DATE_OF_BIRTH")],
        recall=0.5,
        train_on=[block_on("PRIMARY_NAME_LAST"), block_on("PHONE_NUMBER")],
        max_pairs=1e6,
    )


def chinese_customers() -> Model:
    """Five channels of Chinese persons, standardised by us: every column compared in its own way.

    DuckDB's string distances count bytes, which says nothing of Chinese characters; so names are compared by equality,
    by sound (pinyin, where distances work) and by surname.
    """
    name = cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.And(cll.NullLevel("name"), cll.NullLevel("name_pinyin")),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            cll.ExactMatchLevel("name_pinyin", term_frequency_adjustments=True),
            cll.JaroWinklerLevel("name_pinyin", 0.94),
            cll.ExactMatchLevel("surname", term_frequency_adjustments=True),
            cll.ElseLevel(),
        ],
    )
    document = cl.CustomComparison(
        output_column_name="id_number",
        comparison_levels=[
            cll.NullLevel("id_last4"),
            cll.ExactMatchLevel("id_whole"),
            cll.DamerauLevenshteinLevel("id_whole", 2),
            cll.And(
                cll.CustomLevel("id_whole_l is null or id_whole_r is null", "one is masked"),
                cll.ExactMatchLevel("id_last4"),
            ),
            cll.ElseLevel(),
        ],
    )
    address = cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.NullLevel("address"),
            cll.ExactMatchLevel("address", term_frequency_adjustments=True),
            cll.ExactMatchLevel("district", term_frequency_adjustments=True),
            cll.ElseLevel(),
        ],
    )
    return Model(
        blocks=[
            block_on("id_whole"),
            block_on("mobile"),
            block_on("fixed_line", "surname"),
            block_on("email"),
            block_on("name", "birth_date"),
            block_on("name", "id_last4"),
            block_on("name", "district"),
            block_on("address", "surname"),
        ],
        comparisons=[
            name,
            document,
            cl.LevenshteinAtThresholds("mobile", [1]).configure(term_frequency_adjustments=True),
            _exact("fixed_line"),
            _exact("email"),
            _born("birth_date"),
            cl.ExactMatch("gender"),
            address,
        ],
        certain=[block_on("id_whole"), block_on("name", "mobile"), block_on("name", "email")],
        recall=0.6,
        train_on=[block_on("id_whole"), block_on("mobile"), block_on("name", "district")],
        prepare="""
            * exclude (mobiles, fixed_lines, birth_date, id_number),
            mobiles[1] as mobile, fixed_lines[1] as fixed_line, cast(birth_date as varchar) as birth_date,
            case when contains(id_number, '*') then null else id_number end as id_whole,
            right(id_number, 4) as id_last4
        """,
    )


MODELS: dict[str, Callable[[], Model]] = {
    "historical_50k": historical_50k,
    "febrl3": febrl3,
    "febrl3_without_id": lambda: febrl3(with_id=False),
    "febrl4": febrl4,
    "febrl4_without_id": lambda: febrl4(with_id=False),
    "febrl_dsgen_c": febrl_dsgen,
    "febrl_dsgen_f": febrl_dsgen,
    "fake_1000": fake_1000,
    "rldata10000": rldata10000,
    "early_childhood_sites": early_childhood_sites,
    "officeally_patients": officeally_patients,
    "senzing_truthset": senzing_truthset,
    "chinese_customers": chinese_customers,
}
