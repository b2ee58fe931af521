"""A few worn certificates as both languages read them; `make soak ONLY=corpus` counts many (docs/adr/0040)."""

import json
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from tests import mending_cases
from tests.corpus.reading import Node, read, running
from tools.corpus.specimens import HELD_OUT, KINDS, TUNING, Kind, specimen
from verifier_cli import ladder
from verifier_cli.ladder import Point, Seen

HARD = {
    Kind.STAMP: 4,
    Kind.TONER: 6,
    Kind.MIXED: 16,
    Kind.BLUR: 17,
    Kind.STAIN: 22,
    Kind.COPY: 24,
    Kind.SCRIBBLE: 46,
    Kind.SMALL: 78,
    Kind.FAINT: 116,
    Kind.CURVE: 130,
    Kind.SCREEN: 145,
    Kind.FOLD: 156,
    Kind.MOTION: 307,
}
"""A seed of every kind that the ladder reads and ZXing alone does not."""
EASY = {Kind.TILT: 2, Kind.JPEG: 8, Kind.HIDDEN: 13}
HOPELESS = {Kind.BLUR: 0}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running(tmp_path_factory.mktemp("asked")) as process:
        yield process


def test_both_languages_read_by_the_ladder_what_zxing_alone_does_not(node: Node) -> None:
    for kind, reading in zip(HARD, read(map(specimen, HARD.values()), node), strict=True):
        said = reading.specimen.text
        assert reading.specimen.kind is kind
        assert (reading.python.alone, reading.python.ladder) == ([], [said]), kind
        assert (reading.typescript.alone, reading.typescript.ladder) == ([], [said]), kind


def test_what_zxing_reads_alone_is_read_at_once(node: Node) -> None:
    for reading in read(map(specimen, EASY.values()), node):
        for answer in (reading.python, reading.typescript):
            assert answer.alone == answer.ladder == [reading.specimen.text], reading.specimen.kind


def test_what_nothing_reads_is_not_read(node: Node) -> None:
    for reading in read(map(specimen, HOPELESS.values()), node):
        assert (reading.python.ladder, reading.typescript.ladder) == ([], [])


def test_a_picture_follows_from_its_seed_alone() -> None:
    first, second = (specimen(8), specimen(8))
    assert first.picture.tobytes() == second.picture.tobytes()
    assert first[:4] == second[:4]
    assert [specimen(seed).kind for seed in (0, 2)] == [KINDS[0], KINDS[2]]


def test_seeds_of_the_measure_are_none_of_tuning() -> None:
    assert not set(TUNING[:: len(TUNING) - 1]) & set(HELD_OUT)
    assert TUNING.stop <= HELD_OUT.start


def test_the_means_do_what_is_written_for_both_languages() -> None:
    kept = json.loads(mending_cases.FILE.read_text("utf-8"))
    assert kept == json.loads(json.dumps(mending_cases.cases()))


BOX: tuple[Point, ...] = ((10, 10), (30, 10), (30, 30), (10, 30))
WHITE = Image.new("RGB", (100, 50), "white")


def answering(
    first: list[Seen], *later: list[Seen]
) -> tuple[list[tuple[int, int]], Callable[[Image.Image], list[Seen]]]:
    """A decoder that says this, and then nothing; and the sizes of what it was asked."""
    asked: list[tuple[int, int]] = []
    said = iter((first, *later))

    def decode(picture: Image.Image) -> list[Seen]:
        asked.append(picture.size)
        return next(said, [])

    return asked, decode


def test_what_is_read_is_not_looked_at_again() -> None:
    asked, decode = answering([Seen("a", BOX), Seen("b", BOX), Seen("a", BOX)])
    assert ladder.read(WHITE, decode) == ["a", "b"]
    assert asked == [(100, 50)]


def test_a_damaged_code_beside_one_that_was_read_is_looked_at_by_itself() -> None:
    asked, decode = answering([Seen("a", BOX), Seen(None, BOX)], [], [Seen("b", BOX)])
    assert ladder.read(WHITE, decode) == ["a", "b"]
    assert asked == [(100, 50), (29, 29), (58, 58)]


def test_the_whole_picture_is_mended_if_nothing_was_read() -> None:
    asked, decode = answering([])
    assert ladder.read(WHITE, decode) == []
    assert asked == [*[(100, 50)] * 2, *[(200, 100)] * 2, (100, 50), *[(200, 100)] * 4, (300, 150)]


def test_large_pictures_are_mended_smaller() -> None:
    asked, decode = answering([])
    ladder.read(Image.new("L", (4000, 3001)), decode)
    assert asked == [*[(4000, 3001)] * 2, *[(2000, 1501)] * 8]


def test_no_more_than_four_damaged_codes_are_looked_at() -> None:
    asked, decode = answering([Seen("a", BOX), *[Seen(None, BOX)] * 100])
    assert ladder.read(WHITE, decode) == ["a"]
    assert len(asked) == 1 + 4 * 9


@pytest.mark.parametrize("box", [((-50, -50), (-9, -9)), ((500, 500), (900, 900)), ((0, 0), (0, 0))])
def test_a_code_seen_at_an_odd_place_is_no_fault(box: tuple[Point, ...]) -> None:
    _, decode = answering([Seen(None, box)])
    assert ladder.read(WHITE, decode) == []
