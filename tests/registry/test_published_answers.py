"""What is published is answered from memory: the same answer, as long as nothing else is published."""

from pathlib import Path

from registry.current import read_index
from registry.files import write_atomically
from registry.http.published_answers import LARGEST, MOST_BYTES, Answer, Shelf
from tests.registry.office import PORT, Office, batch, embedded_only

KEY = ("/s/0",)


def _headers(office: Office, path: str, **heads: str) -> tuple[int, dict[str, str], bytes]:
    answer = office.client.get(path, headers={name.replace("_", "-"): value for name, value in heads.items()})
    return answer.status_code, dict(answer.headers), answer.data


def _status_object(office: Office) -> Path:
    (digest,) = (
        each["sha256"] for each in read_index(office.service.places)["objects"] if each["type"] == "status_list"
    )
    return office.service.places.object(bytes.fromhex(digest))


def _tile(office: Office) -> Path:
    """A file of the log."""
    return min(path for path in (office.service.places.log / "tile").rglob("*") if path.is_file())


def _address(office: Office, tile: Path) -> str:
    return f"/s/log/{tile.relative_to(office.service.places.log)}"


def _answer(size: int) -> Answer:
    return Answer("200 OK", (), b"x" * size)


@embedded_only
def test_an_answer_is_given_again_until_something_else_is_published(office: Office) -> None:
    tile, first = _tile(office), _headers(office, "/s/0")
    before = _headers(office, _address(office, tile))
    tile.unlink()
    assert _headers(office, _address(office, tile)) == before
    assert "Date" not in before[1]
    assert office.register(PORT, *batch(office.indices(PORT, 2))).status_code == 200
    office.publish()
    status, heads, data = _headers(office, "/s/0")
    assert status == 200
    assert data == _status_object(office).read_bytes() != first[2]
    assert heads["ETag"] != first[1]["ETag"]


@embedded_only
def test_the_head_of_the_log_which_is_replaced_last_is_never_an_old_one(office: Office) -> None:
    path = office.service.places.log / "checkpoint"
    before = path.read_bytes()
    assert office.register(PORT, *batch(office.indices(PORT, 1))).status_code == 200
    office.publish()
    after = path.read_bytes()
    for note in before, after:
        write_atomically(path, note)
        assert _headers(office, "/s/log/checkpoint")[2] == note


@embedded_only
def test_what_a_client_accepts_and_holds_decides_about_its_answer(office: Office) -> None:
    for _ in range(2):
        _, plain, data = _headers(office, "/v1/region")
        _, packed, smaller = _headers(office, "/v1/region", Accept_Encoding="gzip")
        assert ("Content-Encoding" in plain, packed["Content-Encoding"], len(smaller) < len(data)) == (
            False,
            "gzip",
            True,
        )
        assert _headers(office, "/v1/region", If_None_Match=plain["ETag"])[::2] == (304, b"")
        assert _headers(office, "/v1/region", If_None_Match=packed["ETag"])[::2] == (200, data)


@embedded_only
def test_a_refusal_is_not_kept(office: Office) -> None:
    tile = _tile(office)
    held = tile.read_bytes()
    tile.unlink()
    assert _headers(office, _address(office, tile))[0] == 404
    tile.write_bytes(held)
    assert _headers(office, _address(office, tile))[::2] == (200, held)


@embedded_only
def test_only_what_is_published_is_kept(office: Office) -> None:
    asked = ("/", "/openapi.json", "/healthz", "/v1/statistics", "/v1/objects/" + "0" * 64)
    for path in asked:
        office.client.get(path)
    office.client.head("/s/0")
    assert office.app.published.shelf.bytes == 0
    office.client.get("/s/0")
    assert office.app.published.shelf.bytes > 0


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    shelf, most = Shelf(), MOST_BYTES // LARGEST
    for number in range(most):
        shelf.put((1,), (str(number),), _answer(LARGEST - 1))
    assert shelf.get((1,), ("0",)) is not None
    shelf.put((1,), ("one more",), _answer(LARGEST - 8))
    kept = [number for number in range(most) if shelf.get((1,), (str(number),))]
    assert kept == [0, *range(2, most)]
    assert MOST_BYTES - LARGEST < shelf.bytes <= MOST_BYTES


def test_another_publication_takes_the_place_of_the_last() -> None:
    shelf = Shelf()
    for mark in (1,), (2,):
        shelf.put(mark, KEY, _answer(mark[0]))
        shelf.put(mark, KEY, _answer(9))
    assert (shelf.get((1,), KEY), shelf.get((2,), KEY)) == (None, _answer(2))
    assert shelf.bytes == len(KEY[0]) + 2
