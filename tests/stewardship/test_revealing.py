"""Taking masks off: stewards only, on record, by ids."""

import json
from pathlib import Path

import pytest

from tests.stewardship.conftest import Browsers
from warehouse.access import audit_log
from warehouse.access.roles import Role

WANTED = {"customers": ["C1"], "records": ["web:1", "web:2", "nobody"], "reason": "calling"}


@pytest.mark.parametrize("role", [Role.STEWARD, Role.SENIOR, Role.ADMIN])
def test_stewards_see_on_record(browsers: Browsers, home: Path, role: Role) -> None:
    before = audit_log.verify(home).rows
    answer = browsers(role).tell("/reveal", WANTED)
    shown = answer.json()  # type: ignore[attr-defined]
    assert shown["customers"]["C1"]["name"] == "欧阳测试"
    assert shown["records"]["web:1"]["id_number"] == "330106198501010014"
    assert set(shown["records"]) == {"web:1", "web:2"}
    assert "city" not in shown["records"]["web:1"], "what is never masked need not be revealed"
    told = audit_log.entries(home, limit=3)
    assert [entry["subject"] for entry in told] == ["record:web:2", "record:web:1", "customer:C1"]
    assert all(entry["who"] == role and entry["details"] == {"reason": "calling"} for entry in told)
    assert audit_log.verify(home).rows == before + 3


def test_viewers_do_not(browsers: Browsers, home: Path) -> None:
    before = audit_log.verify(home)
    assert browsers(Role.VIEWER).tell("/reveal", WANTED).status_code == 403  # type: ignore[attr-defined]
    assert audit_log.verify(home) == before


def test_the_log_holds_no_values(browsers: Browsers, home: Path) -> None:
    browsers(Role.STEWARD).tell("/reveal", WANTED)
    text = json.dumps(audit_log.entries(home), ensure_ascii=False)
    assert "欧阳" not in text
    assert "330106" not in text


@pytest.mark.parametrize("bad", [{"reason": "because 欧阳测试 asked"}, {"customers": ["C1"] * 51}])
def test_a_reason_is_a_choice_and_a_reveal_has_an_end(browsers: Browsers, bad: dict[str, object]) -> None:
    answer = browsers(Role.STEWARD).tell("/reveal", {**WANTED, **bad})
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "欧阳" not in answer.text  # type: ignore[attr-defined]
