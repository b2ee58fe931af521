"""The base of the core's values: immutable, slotted, made by place or by name, equal if type and content are.

To a type checker, `match` and `dataclasses.replace` a subclass is a frozen dataclass. To the interpreter it costs a
fraction of one when it is defined, which is most of what a cold `yinxin-verify check` would wait for (docs/adr/0008).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import Field


class _Fields:
    """`__dataclass_fields__`, made when first asked for: dataclasses itself is slow to import."""

    def __get__(self, _: object, owner: "type[Value]") -> "dict[str, Field[Any]]":
        from dataclasses import fields, make_dataclass

        twin = make_dataclass(owner.__name__, owner.__match_args__)
        return {each.name: each for each in fields(twin)}


def _annotated(namespace: dict[str, Any]) -> tuple[str, ...]:
    """The names that a class body annotates, in order; from Python 3.14 on a function of the body tells them."""
    annotate = namespace.get("__annotate_func__")
    return tuple(annotate(1) if annotate else namespace.get("__annotations__", ()))


class _Slotted(type):
    """Turns a class's annotations into slots, and the values beside them into defaults."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        fields = _annotated(namespace) if bases else ()
        defaults = {field: namespace.pop(field) for field in fields if field in namespace}
        cls: Any = super().__new__(mcs, name, bases, {**namespace, "__slots__": fields, "__match_args__": fields})
        cls._defaults = defaults
        cls._setters = tuple(getattr(cls, field).__set__ for field in fields)
        return cls


@dataclass_transform(frozen_default=True)
class Value(metaclass=_Slotted):
    """Subclass it, and annotate fields."""

    if TYPE_CHECKING:
        __dataclass_fields__: "ClassVar[dict[str, Field[Any]]]"
        __match_args__: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, object]]
        _setters: ClassVar[tuple[Callable[[object, object], None], ...]]
    else:
        __dataclass_fields__ = _Fields()

    def __init__(self, *values: object, **named: object) -> None:
        if named or len(values) != len(self._setters):
            values = _all_values(type(self), values, named)
        for set_field, value in zip(self._setters, values, strict=True):
            set_field(self, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__match_args__))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__qualname__}({shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)


def _all_values(cls: type[Value], values: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
    """Every field's value in order: by place, by name, or its default. TypeError as a function's call has it."""
    names = cls.__match_args__
    rest = names[len(values) :]
    if len(named) < len(rest):
        named = {**{name: cls._defaults[name] for name in rest if name in cls._defaults}, **named}
    if len(values) > len(names) or len(named) != len(rest) or named.keys() != set(rest):
        raise TypeError(f"{cls.__name__} is made of {', '.join(names)}, each once")
    return (*values, *[named[name] for name in rest])
