"""Certificates that the registry revokes: a few by one operator, many by two, all of a list or none."""

import re
from pathlib import Path

import pytest

from credential.model import Seconds, Status
from credential.request import ChangeReason
from registry.problems import Refused
from registry.record.proposals import Progress
from registry.record.rights import OperatorRole
from registry.register import revocation
from registry.register.revocation import ALONE, DAY
from registry.store.models import ActRow
from tests.registry.office import PORT, Office, batch, certificate, now, run
from tests.registry.people import Desk, hire
from tests.registry.test_pages import read

Captured = pytest.CaptureFixture[str]


def registered(office: Office, count: int) -> list[str]:
    """Numbers of certificates that stand."""
    indices = office.indices(PORT, count)
    assert office.register(PORT, *batch(indices)).status_code == 200
    return [certificate(index, 1 + place).number for place, index in enumerate(indices)]


def statuses(office: Office) -> list[int]:
    with office.service.store.read() as session:
        found = session.connection().exec_driver_sql('SELECT status FROM registered ORDER BY "index"')
        return [row[0] for row in found]


def revoke(office: Office, numbers: list[str], who: str, at: int = 0) -> Progress | str:
    word = (who, "闽人社督9号", Seconds(at or now()))
    try:
        return office.service.store.write(
            lambda session: revocation.revoke(session, numbers, ChangeReason.FRAUD, *word)
        )
    except Refused as refused:
        return refused.problem.value.slug


def test_up_to_the_limit_one_is_enough_and_above_it_two_are_needed(office: Office) -> None:
    numbers = registered(office, 2 * ALONE + 1)
    assert revoke(office, numbers[:ALONE], "lin") is Progress.DONE
    many = numbers[ALONE:]
    assert revoke(office, many, "lin") is Progress.PROPOSED
    assert statuses(office) == [Status.REVOKED] * ALONE + [Status.VALID] * (ALONE + 1)
    assert revoke(office, many, "lin") == "second-operator-needed"
    assert revoke(office, many, "huang") is Progress.DONE
    assert statuses(office) == [Status.REVOKED] * (2 * ALONE + 1)
    run(office.data, "check-record")


def test_many_small_lists_in_a_day_are_one_large_one(office: Office) -> None:
    numbers, at = registered(office, ALONE + 3), now()
    assert revoke(office, numbers[:ALONE], "lin", at) is Progress.DONE
    one = numbers[ALONE : ALONE + 1]
    assert revoke(office, one, "lin", at + DAY - 1) is Progress.PROPOSED
    assert revoke(office, one, "huang", at + DAY - 1) is Progress.DONE
    assert office.count("proposals WHERE approved_at IS NULL") == 0
    assert revoke(office, numbers[-2:-1], "lin", at + DAY) is Progress.DONE
    assert revoke(office, numbers[-1:], "huang", at + DAY) is Progress.DONE


def test_a_list_with_a_number_that_does_not_stand_revokes_nothing(office: Office) -> None:
    numbers = registered(office, 2)
    assert revoke(office, [*numbers, "Y000035020001263999999"], "lin") == "rows-refused"
    assert statuses(office) == [Status.VALID] * 2
    assert revoke(office, [], "lin") == "refused"


def test_the_record_has_the_lists_digest_and_no_number(office: Office, tmp_path: Path, capsys: Captured) -> None:
    numbers = registered(office, ALONE + 1)
    path = tmp_path / "list.txt"
    path.write_text("\n".join(numbers), "utf-8")
    words = ("certificate", "revoke", path, "--reason", "fraud", "--document", "闽人社督9号")
    for operator in ("lin", "huang"):
        run(office.data, *words, "--operator", operator)
    assert "已记下，尚未撤销" in capsys.readouterr().out
    with office.service.store.read() as session:
        rows = session.query(ActRow).filter(ActRow.what.startswith("certificates.revoke")).all()
    facts = {"count": ALONE + 1, "reason": 3, "alone": False}
    assert [(row.what, row.who, row.why, row.detail) for row in rows] == [
        ("certificates.revoke.propose", "lin", "闽人社督9号", facts),
        ("certificates.revoke", "huang", "闽人社督9号", facts),
    ]


def test_two_supervisors_revoke_at_the_console(office: Office) -> None:
    numbers = registered(office, ALONE + 1)
    hire(office, "keeper", OperatorRole.KEYS)
    first, second = (Desk.of(office, hire(office, name, OperatorRole.SUPERVISION)) for name in ("chen", "wang"))
    entered = {"numbers": "\n".join(numbers), "kind": "3", "document": "闽人社督9号", "reason": ""}
    asked = first.send(first.open("/revoke"), "/revoke", **entered)
    assert f"撤销 {ALONE + 1} 张证书（弄虚作假），不可恢复：{numbers[0]}、" in read(asked).text
    assert first.send(asked, "/revoke").headers["Location"] == "/console/"
    assert statuses(office) == [Status.VALID] * (ALONE + 1)
    (found,) = re.findall(r"/console(/proposals/\d+)\"", second.open("/").text)
    page = second.open(found)
    assert numbers[-1] in read(page).text
    assert second.send(page, found).headers["Location"] == "/console/"
    assert statuses(office) == [Status.REVOKED] * (ALONE + 1)
    wrong = first.send(first.open("/revoke"), "/revoke", **entered)
    assert (wrong.status_code, "没有这个编号的有效证书" in read(wrong).text) == (422, True)
