"""`make soak`: what it is asked, and how docs/measurements.md is written."""

import json
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from credential import qr_text
from registry.store.engine import open_store, sqlite_url
from registry.store.revisions import upgrade
from tests.world import certificate, sign_it
from tools.soak import __main__ as soak_main
from tools.soak import kills, lists, page, pipes, query
from tools.soak.soak import Order, Outcome, Soak

BEGIN, END = "<!-- soak a -->", "<!-- end of soak a -->"


def _soak(outcome: Outcome, name: str = "a") -> Soak:
    return Soak(name, "甲", "A", lambda _: outcome)


@pytest.fixture(autouse=True)
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "measurements.md"
    path.write_text("# Measurements\n", "utf-8")
    monkeypatch.setattr(page, "PAGE", path)
    monkeypatch.setattr(page, "ROOT", tmp_path)
    monkeypatch.setattr(soak_main, "ROOT", tmp_path)
    monkeypatch.setattr(soak_main, "SOAKS", (_soak(Outcome((("数 count", "3"),))), _soak(Outcome(()), "b")))
    return path


def test_a_whole_run_is_written_and_the_next_one_takes_its_place(written: Path) -> None:
    for seed in "7", "8":
        assert soak_main.main("a", seed, "") == 0
    text = written.read_text("utf-8")
    assert text.startswith(
        f"# Measurements\n\n{BEGIN}\n\n## 甲 A\n\n| 项目 what | 数 figure |\n| --- | --- |\n| 日期 date | 20"
    )
    assert text.endswith(f"| 数 count | 3 |\n\n{END}\n")
    assert text.count(BEGIN) == 1
    assert "| 种子 seed | 8 |" in text


def test_one_is_written_beside_the_other(written: Path) -> None:
    assert soak_main.main("", "7", "") == 0
    assert soak_main.main("a", "9", "") == 0
    text = written.read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith(("<!--", "| 种子"))] == [
        *(BEGIN, "| 种子 seed | 9 |", END),
        *("<!-- soak b -->", "| 种子 seed | 7 |", "<!-- end of soak b -->"),
    ]


def test_a_fault_is_exit_1_and_not_written(
    written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(soak_main, "SOAKS", (_soak(Outcome((), ("kept in x",))), _soak(Outcome(()), "b")))
    assert soak_main.main("", "7", "") == 1
    assert capsys.readouterr().err == "发现问题 / found: kept in x\n"
    assert "soak a" not in written.read_text("utf-8")
    assert "soak b" in written.read_text("utf-8")


def test_a_trial_is_not_written(written: Path) -> None:
    assert soak_main.main("", "7", "0.5") == 0
    assert written.read_text("utf-8") == "# Measurements\n"


@pytest.mark.parametrize("only", ["c", "a,c"])
def test_what_there_is_not_is_exit_2(only: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert soak_main.main(only, "", "") == 2
    assert capsys.readouterr().err == f"ONLY={only}：可选的有 / it can be: a, b\n"


def test_the_scale_of_a_count() -> None:
    order = Order(1, 0.01, Path(), "")
    assert (order.of(1_000), order.of(10)) == (10, 1)


def _listed(*places: tuple[int, int]) -> list[dict[str, str]]:
    """Certificates by serial and index."""
    made = [certificate(serial=serial, index=index) for serial, index in places]
    return [{"number": each.number, "text": qr_text.encode("fj.example", sign_it(each))} for each in made]


def _released(folder: Path, listed: list[dict[str, str]], people: int) -> tuple[Path, Path]:
    """What a batch left, and the roster that it is of."""
    roster, out = folder / "roster.csv", folder / "out"
    roster.write_text("姓名\n" + f"{certificate().person.name}\n" * people, "utf-8-sig")
    for name in ("certificates", "print"):
        (out / name).mkdir(parents=True)
    (out / "credentials.jsonl").write_text("".join(json.dumps(each) + "\n" for each in listed), "utf-8")
    for each in listed:
        (out / "certificates" / f"{each['number']}.png").write_bytes(b"")
        content = b"%PDF"
        (out / "print" / f"{each['number']}.pdf").write_bytes(
            b"%s%sx y %s\n" % (content, kills._MARK, sha256(content).hexdigest().encode())
        )
    return roster, out


def test_a_batch_that_is_whole_has_no_faults(tmp_path: Path) -> None:
    roster, out = _released(tmp_path, _listed(*((serial, serial) for serial in range(1, 5))), 4)
    assert [*kills._list_faults(roster, out, 1), *kills._file_faults(out, 4)] == []


@pytest.mark.parametrize(
    ("serials", "fault"),
    [
        ((2, 3, 4), "numbers doubled, missing or out of order: 3 listed"),
        ((1, 2, 2, 4), "numbers doubled, missing or out of order: 4 listed"),
        ((1, 3, 2, 4), "numbers doubled, missing or out of order: 4 listed"),
    ],
)
def test_numbers_that_are_doubled_or_missing_are_seen(tmp_path: Path, serials: tuple[int, ...], fault: str) -> None:
    roster, out = _released(tmp_path, _listed(*((serial, 7) for serial in serials)), 4)
    assert next(kills._list_faults(roster, out, 1)) == fault


def test_files_that_are_missing_or_half_written_are_seen(tmp_path: Path) -> None:
    listed = _listed((1, 1), (2, 2))
    _, out = _released(tmp_path, listed, 2)
    (out / "certificates" / f"{listed[0]['number']}.png").unlink()
    (out / "print" / ".x.part").write_bytes(b"")
    page = out / "print" / f"{listed[1]['number']}.pdf"
    page.write_bytes(b"x" + page.read_bytes())
    assert [*kills._file_faults(out, 2)] == [
        "certificates: 1 missing, 0 too many",
        "print: 0 missing, 1 too many",
        f"pages that are not whole: ['{page.name}']",
    ]


def _answered(*serials: int) -> list[pipes.Answer]:
    lines = enumerate(serials, 1)
    said = ({"reference": f"1-{row}", "state": "registered", "number": f"Y{serial:06d}"} for row, serial in lines)
    return [*said, {"command": "jsonl"}]


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        (_answered(1, 2, 3), []),
        (_answered(1, 2, 3)[:-1], ["no last line"]),
        (_answered(1, 2, 2), ["numbers doubled, missing or out of order"]),
        (_answered(1, 3, 2), ["numbers doubled, missing or out of order"]),
        (_answered(1, 2), ["not one answer for each line, in order", "numbers doubled, missing or out of order"]),
    ],
)
def test_answers_that_are_not_one_for_each_line_are_seen(found: list[pipes.Answer], faults: list[str]) -> None:
    assert [*pipes.answer_faults(found, 1, 3)] == faults


def test_an_answer_that_a_kill_cut_is_none(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b'{"line": 1}\n{"li')
    assert pipes.answers(tmp_path / "out") == [{"line": 1}]


def test_status_lists_say_what_was_drawn_and_another_list_is_seen(tmp_path: Path) -> None:
    outcome = lists.run(Order(20261122, 0.005, tmp_path / "lists", ""))
    assert outcome.faults == ()
    assert dict(outcome.rows)["各状态 by status"] == (
        "NOT_REGISTERED 40,966, VALID 11,394, SUPERSEDED 29, REVOKED 25, SUSPENDED 6"
    )
    one, other = (lists.draw(Random(seed), 0, 6_000) for seed in (1, 2))
    lists.fill(_database(tmp_path), one, 0)
    (signed,), _, _ = lists.published(tmp_path / "registry.db", 1, 6_000)
    assert (lists._says(signed, one), lists._says(signed, other)) == (True, False)


def _database(folder: Path) -> Path:
    store = open_store(sqlite_url(folder / "registry.db"))
    upgrade(store)
    store.close()
    return folder / "registry.db"


def test_a_query_among_many_is_answered_by_its_index(tmp_path: Path) -> None:
    outcome = query.run(Order(1, 0.0005, tmp_path / "query", ""))
    assert outcome.faults == ()
    assert dict(outcome.rows)["证书 certificates"] == "5,000"
    assert query.Taken([4.0, 1.0, 2.0], [9.0, 3.0, 6.0]).ratio(0.5) == 3.0
