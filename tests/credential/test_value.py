"""What every value of the core is: made by place or name, immutable, equal by type and content."""

import pickle
from dataclasses import replace

import pytest

from credential.value import Value


class Point(Value):
    x: int
    y: int = 7

    @property
    def sum(self) -> int:
        return self.x + self.y


class Other(Value):
    x: int
    y: int = 7


def test_it_is_made_by_place_and_by_name_with_defaults() -> None:
    assert (Point(1, 2).x, Point(1, 2).y, Point(y=3, x=1).y, Point(1).y) == (1, 2, 3, 7)
    assert Point(1).sum == 8


@pytest.mark.parametrize(("places", "names"), [((), {}), ((1, 2, 3), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_it_is_made_in_no_other_way(places: tuple[int, ...], names: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        Point(*places, **names)


def test_it_never_changes() -> None:
    point = Point(1)
    for change in (lambda: setattr(point, "x", 2), lambda: setattr(point, "z", 2), lambda: delattr(point, "x")):
        with pytest.raises(AttributeError):
            change()  # type: ignore[no-untyped-call]
    assert point.x == 1


def test_it_is_equal_by_type_and_content() -> None:
    assert Point(1) == Point(1, 7)
    assert hash(Point(1)) == hash(Point(1, 7))
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)
    assert Point(1) != (1, 7)


def test_it_is_shown_replaced_matched_and_pickled_like_a_dataclass() -> None:
    point = Point(1, 2)
    assert repr(point) == "Point(x=1, y=2)"
    assert replace(point, y=3) == Point(1, 3)
    assert pickle.loads(pickle.dumps(point)) == point
    match point:
        case Point(x, y=y):
            assert (x, y) == (1, 2)
