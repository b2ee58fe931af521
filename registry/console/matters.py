"""What can be done with an issuer on file, as the console offers it: each matter with its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from credential.model import Day, IssuerState
from registry.console import given
from registry.issuers.changes import (
    Change,
    NewAuthority,
    NewCreditCode,
    NewName,
    NewParent,
    NewState,
    ScopeAdded,
    ScopeEnded,
    ScopeNarrowed,
    SiteClosed,
    SiteOpened,
)
from registry.words import Words


class Field(Enum):
    """What a form asks for, beside document, date and reason."""

    NAME = auto()
    CREDIT_CODE = auto()
    AUTHORITY = auto()
    PARENT = auto()
    OCCUPATION = auto()
    HIGHEST = auto()
    LAST = auto()
    SITE = auto()


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: the act whose role it needs, what it is called, its fields, and how they are read."""

    what: str
    title: Words
    read: Callable[[], Change]
    fields: frozenset[Field] = frozenset()
    alone: bool = False
    """Whether one operator is enough."""
    grave: bool = False
    """Whether certificates fall by it that cannot be raised again."""

    def has(self, field: str) -> bool:
        """For the form."""
        return Field[field] in self.fields


def _last() -> Day | None:
    return given.last_day("last", "止日 / Last day")


MATTERS: Final[Mapping[str, Matter]] = {
    "suspend": Matter(
        "issuer.suspended", Words("暂停评价", "Suspend"), lambda: NewState(IssuerState.SUSPENDED), alone=True
    ),
    "restore": Matter("issuer.filed", Words("恢复备案", "Restore"), lambda: NewState(IssuerState.FILED)),
    "rename": Matter(
        "issuer.rename",
        Words("更名", "Rename"),
        lambda: NewName(given.words("name", "新名称 / New name")),
        frozenset({Field.NAME}),
    ),
    "credit-code": Matter(
        "issuer.credit-code",
        Words("改统一社会信用代码", "Change the credit code"),
        lambda: NewCreditCode(given.credit_code()),
        frozenset({Field.CREDIT_CODE}),
    ),
    "authority": Matter(
        "issuer.authority",
        Words("改备案机关", "Change the filing authority"),
        lambda: NewAuthority(given.authority()),
        frozenset({Field.AUTHORITY}),
    ),
    "parent": Matter(
        "issuer.parent",
        Words("改总部", "Change the parent"),
        lambda: NewParent(given.parent()),
        frozenset({Field.PARENT}),
    ),
    "scope-add": Matter(
        "issuer.scope.add",
        Words("增加范围", "Add to the scope"),
        lambda: ScopeAdded(given.occupation(), given.highest(), _last()),
        frozenset({Field.OCCUPATION, Field.HIGHEST, Field.LAST}),
    ),
    "scope-narrow": Matter(
        "issuer.scope.narrow",
        Words("降低最高等级", "Narrow the scope"),
        lambda: ScopeNarrowed(given.occupation(), given.highest()),
        frozenset({Field.OCCUPATION, Field.HIGHEST}),
    ),
    "scope-end": Matter(
        "issuer.scope.end",
        Words("结束一项范围", "End a scope"),
        lambda: ScopeEnded(given.occupation()),
        frozenset({Field.OCCUPATION}),
    ),
    "site-open": Matter(
        "issuer.site.open",
        Words("设立站点", "Open a site"),
        lambda: SiteOpened(given.issuer_code("site", "站点代码 / Site"), _last()),
        frozenset({Field.SITE, Field.LAST}),
    ),
    "site-close": Matter(
        "issuer.site.close",
        Words("撤销站点", "Close a site"),
        lambda: SiteClosed(given.issuer_code("site", "站点代码 / Site")),
        frozenset({Field.SITE}),
    ),
    "withdraw": Matter(
        "issuer.withdrawn", Words("退出备案", "Withdraw the filing"), lambda: NewState(IssuerState.WITHDRAWN)
    ),
    "void": Matter(
        "issuer.void", Words("宣告备案无效", "Declare the filing void"), lambda: NewState(IssuerState.VOID), grave=True
    ),
}
