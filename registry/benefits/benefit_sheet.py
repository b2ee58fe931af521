"""A sheet of a benefit policy, clauses and shortage lists: read whole, with everything that is wrong in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from credential.benefits import Amount, Clause, Shortage, ShortageList, Who
from credential.model import Day, Kind, Region
from registry.benefits import benefit_columns as columns
from registry.benefits.benefit_columns import CLAUSE, COLUMNS, LIST
from registry.recognition import agreement_columns as agreed
from registry.sheets import spreadsheet
from registry.sheets.sheet_rows import FILL, MISSING, Cells, Fault, Faults, read_head, read_rows
from registry.sheets.spreadsheet import Line
from registry.words import Words

Occupation = tuple[int | None, str]
_Entry = TypeVar("_Entry", Clause, ShortageList)
_ABOUT: Final = ("kind", "edition", "occupation", "levels", "honour", "issued_from", "issued_to")
_COLUMNS_OF_A_LIST: Final = ("what", "id", "document", "document_date", "divisions", "from", "to", "title")
_OF_BOTH: Final = {"id": agreed.number, "document": agreed.words, "document_date": agreed.day}
_OF_A_CLAUSE: Final = {"clause": columns.short, "words": columns.clause_words, "benefit": columns.benefit}
_EMPTY: Final = Words("留空", "leave it empty")
_ANY_DAY: Final = Day(0)


@dataclass
class _Draft:
    """What the rows read so far say about one clause or list; `row` is the first of them."""

    row: int
    what: str
    own: dict[str, str]
    who: list[Who] = field(default_factory=list)
    occupations: list[Occupation] = field(default_factory=list)
    is_whole: bool = True
    """Whether every row could be looked at; else what seems missing may stand in a formula."""


class Sheet(NamedTuple):
    """What a sheet says; clauses and lists are empty if there is any fault."""

    clauses: tuple[Clause, ...]
    lists: tuple[ShortageList, ...]
    faults: tuple[Fault, ...]


def read(path: Path, region: Region, known_lists: Set[int]) -> Sheet:
    """The clauses and lists in the file, or every fault. A clause may name the sheet's own lists and `known_lists`.

    ConfigurationError if it is no spreadsheet at all.
    """
    return _Reader(region, known_lists).read(spreadsheet.read(path))


class _Reader:
    """Rows in, clauses, lists and faults out."""

    def __init__(self, region: Region, known_lists: Set[int]) -> None:
        self.faults = Faults(COLUMNS)
        self.places = columns.divisions(region)
        self.known_lists = known_lists
        self.drafts: dict[tuple[str, str], _Draft] = {}
        self.latest: tuple[str, str] | None = None

    def read(self, lines: Sequence[Line]) -> Sheet:
        head = read_head(lines, self.faults)
        if self.faults:
            return Sheet((), (), tuple(self.faults.found))
        for cells in read_rows(lines[1:], head, self.faults):
            self._line(cells)
        if not self.drafts and not self.faults:
            fix = Words("每行写一个条款或目录", "a clause or a list a row")
            self.faults.add(1, "", Words("表中没有条款", "nothing in it"), fix)
        whole = [each for each in self.drafts.values() if each.is_whole]
        lists = [self._list(each) for each in whole if each.what == LIST]
        clauses = [self._clause(each) for each in whole if each.what == CLAUSE]
        faults = self.faults.in_order()
        return Sheet((), (), faults) if faults else Sheet(_made(clauses), _made(lists), ())

    def _line(self, cells: Cells) -> None:
        has_formula = cells.has_formula()
        draft = self._draft(cells)
        if draft is None:
            return
        if has_formula:
            draft.is_whole = False
        elif draft.what == LIST:
            self._occupation(cells, draft)
        else:
            self._who(cells, draft)

    def _draft(self, cells: Cells) -> _Draft | None:
        """The clause or list that the row is about: its own id, or that of the row before."""
        if cells.text("id") or cells.text("what"):
            what, number = cells.need("what", columns.what), cells.need("id", agreed.number)
            self.latest = None if what is None or number is None else (what, str(number))
        elif self.latest is None:
            cells.fault("id", MISSING, Words("写编号；续行写在它所属的行之下", "number it, or put it below its own"))
        if self.latest is None:
            return None
        draft = self.drafts.setdefault(self.latest, _Draft(cells.number, self.latest[0], {}))
        self._own(cells, draft)
        return draft

    def _own(self, cells: Cells, draft: _Draft) -> None:
        for column in COLUMNS.headers:
            value = cells.text(column)
            if column in (*_ABOUT, "what") or not value or value == spreadsheet.FORMULA:
                continue
            if draft.own.setdefault(column, value) != value:
                earlier = draft.own[column][:40]
                why = Words(f"同一{_ZH[draft.what]}前面写的是“{earlier}”", f"earlier rows say {earlier}")
                cells.fault(column, why, Words("改成一致，或留空", "make them agree, or leave it empty"))

    def _who(self, cells: Cells, draft: _Draft) -> None:
        before = len(self.faults)
        kind = cells.read("kind", agreed.kind)
        edition = cells.read("edition", agreed.edition)
        prefix = cells.read("occupation", agreed.prefix)
        steps = cells.read("levels", agreed.posts if kind is Kind.POST else agreed.levels)
        honour = cells.maybe("honour", columns.short)
        first = cells.maybe("issued_from", agreed.day)
        last = cells.maybe("issued_to", agreed.day)
        _require_order(cells, "issued_to", first, last)
        _require_fit(cells, kind)
        if len(self.faults) == before and kind is not None and steps is not None:
            draft.who.append(Who(kind, edition, prefix, steps, honour, _ANY_DAY if first is None else first, last))

    def _occupation(self, cells: Cells, draft: _Draft) -> None:
        if cells.number != draft.row and not (cells.text("occupation") or cells.text("edition")):
            return
        edition = cells.read("edition", agreed.edition)
        prefix = cells.need("occupation", agreed.prefix)
        if prefix is not None:
            draft.occupations.append((edition, prefix))
        for column in _ABOUT:
            if column not in ("edition", "occupation") and cells.text(column):
                cells.fault(column, Words("目录没有此项", "a list has none"), _EMPTY)

    def _clause(self, draft: _Draft) -> Clause | None:
        before = len(self.faults)
        own = Cells(draft.row, draft.own, self.faults)
        self._need(own, _OF_BOTH, _OF_A_CLAUSE)
        amount, shortage = self._amount(own), self._shortage(own)
        if own.text("title"):
            own.fault("title", Words("条款没有此项", "a clause has none"), _EMPTY)
        if len(self.faults) > before:
            return None
        return Clause(
            id=agreed.number(own.text("id")),
            document=agreed.words(own.text("document")),
            document_day=agreed.day(own.text("document_date")),
            number=columns.short(own.text("clause")),
            words=columns.clause_words(own.text("words")),
            benefit=columns.benefit(own.text("benefit")),
            amount=amount,
            who=tuple(draft.who),
            shortage=shortage,
            divisions=self.places(own.text("divisions")),
            first=agreed.day(own.text("from")),
            last=own.maybe("to", agreed.day),
        )

    def _need(self, own: Cells, *groups: Mapping[str, Callable[[str], object]]) -> None:
        """What every clause, or every list, must have, and its days in order."""
        for column, parse in (each for group in groups for each in group.items()):
            own.need(column, parse)
        places = own.need("divisions", self.places)
        if places == ():
            own.fault("divisions", MISSING, FILL)
        first, last = own.need("from", agreed.day), own.maybe("to", agreed.day)
        _require_order(own, "to", first, last)

    def _amount(self, own: Cells) -> Amount | None:
        if not own.text("yuan"):
            for column in ("period", "times"):
                if own.text(column):
                    own.fault(column, Words("没有金额", "without an amount"), _EMPTY)
            return None
        found, period = own.need("yuan", columns.fen), own.need("period", columns.period)
        times = own.maybe("times", columns.times)
        return None if found is None or period is None else Amount(found, period, times)

    def _shortage(self, own: Cells) -> Shortage | None:
        if not own.text("lists") and not own.text("listed_on"):
            return None
        listed, on = own.need("lists", columns.lists), own.need("listed_on", columns.listed_on)
        known = self.known_lists | {int(number) for what, number in self.drafts if what == LIST}
        for missing in sorted(set(listed or ()) - known):
            fix = Words("在本表加上该目录，或改编号", "add that list to the sheet, or mend the number")
            own.fault("lists", Words(f"没有目录 {missing}", f"there is no list {missing}"), fix)
        return None if not listed or on is None else Shortage(on, listed)

    def _list(self, draft: _Draft) -> ShortageList | None:
        before = len(self.faults)
        own = Cells(draft.row, draft.own, self.faults)
        self._need(own, _OF_BOTH, {"title": agreed.words})
        for column in draft.own:
            if column not in _COLUMNS_OF_A_LIST:
                own.fault(column, Words("目录没有此项", "a list has none"), _EMPTY)
        if len(self.faults) > before:
            return None
        place, *more = self.places(own.text("divisions"))
        if more:
            fix = Words("每个地区各列一份目录", "a list of its own for each")
            own.fault("divisions", Words("目录只属于一个地区", "a list is of one division"), fix)
        return ShortageList(
            id=agreed.number(own.text("id")),
            title=agreed.words(own.text("title")),
            document=agreed.words(own.text("document")),
            document_day=agreed.day(own.text("document_date")),
            division=place,
            first=agreed.day(own.text("from")),
            last=own.maybe("to", agreed.day),
            occupations=tuple(draft.occupations),
        )


_ZH: Final = {CLAUSE: "条款", LIST: "目录"}


def _made(found: Iterable[_Entry | None]) -> tuple[_Entry, ...]:
    return tuple(each for each in found if each is not None)


def _require_order(cells: Cells, column: str, first: Day | None, last: Day | None) -> None:
    if first is not None and last is not None and last < first:
        why = Words("早于起始日，永不适用", "before its first day: it would never apply")
        cells.fault(column, why, Words("核对两个日期", "check both dates"))


def _require_fit(cells: Cells, kind: Kind | None) -> None:
    """What a kind of certificate does not have cannot be asked for."""
    if kind is None:
        return
    lacks = {Kind.SPECIAL_ABILITY: ("levels", "honour"), Kind.HONOUR: ("levels", "edition", "occupation")}
    for column in lacks.get(kind, ("honour",)):
        if cells.text(column):
            why = Words("这种证书没有此项，写了就不会适用", "this kind has none: it would apply to none")
            cells.fault(column, why, _EMPTY)
