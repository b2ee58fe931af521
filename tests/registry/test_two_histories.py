"""`yinxin-verify audit` on a real registry's bundles: one history, and two."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from credential import qr_text
from tests.registry.office import PORT, Office, batch, copy
from tests.verifier_cli.conftest import Answer
from verifier_cli import cli

Audit = Callable[..., Answer]


@pytest.fixture
def audit(capsys: pytest.CaptureFixture[str]) -> Audit:
    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        code = cli.main(["audit", *map(str, arguments)])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


@pytest.fixture
def other(built: Path, tmp_path: Path) -> Iterator[Office]:
    """The same registry once more: what its operator shows to somebody else."""
    made = Office(copy(built, tmp_path / "other"))
    yield made
    made.service.store.close()


def bundle(office: Office, name: str) -> Path:
    """A copy of the present bundle."""
    path = office.data / name
    path.write_bytes(office.service.places.bundle.read_bytes())
    return path


def work(office: Office, times: int = 1) -> None:
    for _ in range(times):
        office.indices(PORT, 1)
    office.publish()


def held(office: Office, path: Path) -> tuple[object, ...]:
    return "--bundle", path, "--pin", office.data / "pin.txt", "--json"


def told(answer: Answer) -> Any:
    (row,) = [json.loads(line) for line in answer.out.splitlines()]
    return row["log"]


@contextmanager
def served(office: Office) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fetched(office: Office, path: str) -> Path:
    made = office.data / "a.proof"
    made.write_bytes(office.client.get(f"/v1/log/{path}").data)
    return made


def test_one_history_is_proven_by_a_file_or_by_the_registry(office: Office, audit: Audit) -> None:
    old = bundle(office, "old.cbor")
    work(office)
    new = bundle(office, "new.cbor")
    common = (*held(office, new), "--against", old)
    unproven = audit(*common)
    assert (unproven.code, told(unproven)["history"], told(unproven)["size"]) == (3, "unproven", 13)
    proven = audit(*common, "--proof", fetched(office, "consistency/11/13"))
    assert (proven.code, told(proven)["history"]) == (0, "proven")
    with served(office) as url:
        assert told(audit(*common, "--from", url))["history"] == "proven"
    assert told(audit(*held(office, new), "--against", new))["history"] == "same"


def test_two_histories_of_different_sizes(office: Office, other: Office, audit: Audit) -> None:
    """Every object of the second is newer and follows by itself: the log alone tells that its past is another."""
    work(office)
    old = bundle(office, "old.cbor")
    work(other)
    work(other)
    new = bundle(other, "new.cbor")
    common = (*held(other, new), "--against", old)
    assert json.loads(audit(*common).out)["update"] == "updated"
    with served(other) as url:
        answer = audit(*common, "--from", url)
    assert (answer.code, told(answer)["history"]) == (
        1,
        "refused EQUIVOCATION: the log of 13 leaves is not the beginning of that of 15",
    )
    words = audit(*common[:-3], *common[-2:], "--proof", fetched(other, "consistency/13/15"))
    assert "日志对不上：登记机构给出了两份历史" in words.out


def test_two_histories_of_one_size_and_a_log_that_went_back(office: Office, other: Office, audit: Audit) -> None:
    work(office, 2)
    one = bundle(office, "one.cbor")
    work(other)
    assert told(audit(*held(other, bundle(other, "less.cbor")), "--against", one))["history"] == (
        "refused LIST_SHRUNK: the log has 13 leaves after 14"
    )
    other.publish()
    answer = audit(*held(other, bundle(other, "two.cbor")), "--against", one)
    assert (answer.code, told(answer)["history"]) == (1, "refused EQUIVOCATION: two logs of 14 leaves")


def test_a_certificate_and_an_object_in_the_log(office: Office, audit: Audit) -> None:
    (data, absent) = batch(office.indices(PORT, 2))
    assert office.register(PORT, data).status_code == 200
    work(office)
    common = held(office, bundle(office, "new.cbor"))
    listed = office.data / "list"
    listed.write_bytes(office.service.places.object(office.trust.checkpoint.entries[1].sha256).read_bytes())
    with served(office) as url:
        asked = {
            "certificate": audit(*common, "--certificate", qr_text.encode("fj.example", data), "--from", url),
            "object": audit(*common, "--object", listed, "--from", url),
            "absent": audit(*common, "--certificate", qr_text.encode("fj.example", absent), "--from", url),
            "no proof": audit(*common, "--object", listed),
        }
    assert {name: (each.code, told(each)["included"]) for name, each in asked.items()} == {
        "certificate": (0, True),
        "object": (0, True),
        "absent": (1, False),
        "no proof": (1, False),
    }


@pytest.mark.parametrize(
    "words",
    [["--proof", "pin.txt"], ["--certificate", "x"], ["--certificate", "x", "--object", "y"], ["--proof", "no"]],
)
def test_what_audit_cannot_use(office: Office, audit: Audit, words: list[str]) -> None:
    given = [str(office.data / each) if each == "pin.txt" else each for each in words]
    answer = audit(*held(office, bundle(office, "new.cbor")), *given)
    assert (answer.code, answer.out) == (2, "")
