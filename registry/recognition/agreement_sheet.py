"""A sheet of agreements with partner regions, one rule a row: read whole, with everything that is wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from credential.issuer import OccupationReference
from credential.model import AgreementState, Day, Kind
from credential.recognition import Agreement, Match, Row
from registry.recognition import agreement_columns as columns
from registry.recognition.agreement_columns import COLUMNS
from registry.sheets import spreadsheet
from registry.sheets.sheet_rows import MISSING, Cells, Fault, Faults, read_head, read_rows
from registry.sheets.spreadsheet import Line
from registry.words import Words


@dataclass
class _Draft:
    """What the rows read so far say about one agreement; `row` is the first of them."""

    row: int
    own: dict[str, str]
    states: dict[Day, tuple[AgreementState, int]] = field(default_factory=dict)
    deny: list[Match] = field(default_factory=list)
    allow: list[Row] = field(default_factory=list)
    has_state: bool = False
    is_whole: bool = True
    """Whether every row could be looked at; else what seems missing may stand in a formula."""


class Sheet(NamedTuple):
    """What a sheet says; `agreements` is empty if there is any fault."""

    agreements: tuple[Agreement, ...]
    faults: tuple[Fault, ...]


_OWN: Final = ("partner", "pin_version", "pin", "document", "document_date", "keep")


def read(path: Path) -> Sheet:
    """The agreements in the file, or every fault. ConfigurationError if it is no spreadsheet at all."""
    lines = spreadsheet.read(path)
    return _Reader().read(lines)


class _Reader:
    """Rows in, agreements and faults out."""

    def __init__(self) -> None:
        self.faults = Faults(COLUMNS)
        self.drafts: dict[str, _Draft] = {}
        self.latest = ""

    def read(self, lines: Sequence[Line]) -> Sheet:
        head = read_head(lines, self.faults)
        if self.faults:
            return Sheet((), tuple(self.faults.found))
        for cells in read_rows(lines[1:], head, self.faults):
            self._line(cells)
        if not self.drafts and not self.faults:
            self._fault(1, "", Words("表中没有协议", "no agreement in it"), Words("每行写一条规则", "one rule a row"))
        made = [self._agreement(draft) for draft in self.drafts.values() if draft.is_whole]
        self._require_one_a_partner()
        faults = self.faults.in_order()
        return Sheet(() if faults else tuple(each for each in made if each is not None), faults)

    def _line(self, cells: Cells) -> None:
        draft = self._draft(cells)
        if cells.has_formula():
            draft.is_whole = False
            return
        self._state(cells, draft)
        rule = cells.read("rule", columns.rule) if cells.text("rule") else ""
        if rule:
            self._rule(cells, draft, rule)
        elif rule == "" and not cells.text("state"):
            fix = Words("写“采认”或“不采认”，或写状态", "allow, deny, or a state")
            cells.fault("rule", Words("这一行没有规则也没有状态", "neither a rule nor a state"), fix)

    def _draft(self, cells: Cells) -> _Draft:
        """The agreement that the row is about: its own id, or that of the row before."""
        self.latest = cells.text("id") or self.latest
        draft = self.drafts.setdefault(self.latest, _Draft(cells.number, {}))
        for column in _OWN:
            value = cells.text(column)
            if value and value != spreadsheet.FORMULA and draft.own.setdefault(column, value) != value:
                why = Words(
                    f"同一协议前面写的是“{draft.own[column][:40]}”", f"earlier rows say {draft.own[column][:40]}"
                )
                cells.fault(column, why, Words("改成一致，或留空", "make them agree, or leave it empty"))
        return draft

    def _state(self, cells: Cells, draft: _Draft) -> None:
        if not cells.text("state") and not cells.text("state_from"):
            return
        draft.has_state = True
        state, day = cells.need("state", columns.state), cells.need("state_from", columns.day)
        if state is None or day is None:
            return
        known, _ = draft.states.setdefault(day, (state, cells.number))
        if known is not state:
            why = Words("同一天有两种状态", "two states from one day on")
            cells.fault("state", why, Words("只留一种", "leave one"))

    def _rule(self, cells: Cells, draft: _Draft, rule: str) -> None:
        before = len(self.faults)
        match = self._match(cells)
        if rule == columns.DENY:
            if match is not None:
                draft.deny.append(match)
            return
        row = self._row(cells, match)
        if row is not None and len(self.faults) == before:
            draft.allow.append(row)

    def _match(self, cells: Cells) -> Match | None:
        before = len(self.faults)
        kind = cells.read("kind", columns.kind)
        issuer = cells.read("issuer", columns.issuer)
        edition = cells.read("edition", columns.edition)
        prefix = cells.read("occupation", columns.prefix)
        levels = cells.read("levels", columns.posts if kind is Kind.POST else columns.levels)
        first = cells.need("from", columns.day)
        last = cells.read("to", columns.day) if cells.text("to") else None
        if first is not None and last is not None and last < first:
            why = Words("早于证书日期起，不会匹配任何证书", "before `from`: it matches nothing")
            cells.fault("to", why, Words("核对两个日期", "check both dates"))
        self._require_fit(cells, kind)
        if len(self.faults) > before or kind is None or levels is None or first is None:
            return None
        return Match(issuer, kind, edition, prefix, levels, first, last)

    def _require_fit(self, cells: Cells, kind: Kind | None) -> None:
        """What a kind of certificate does not have cannot be matched."""
        lacks = {Kind.SPECIAL_ABILITY: ("levels",), Kind.HONOUR: ("levels", "edition", "occupation")}
        for column in lacks.get(kind, ()) if kind is not None else ():
            if cells.text(column):
                why = Words("这种证书没有此项，写了就不会匹配", "this kind has none: it would match nothing")
                cells.fault(column, why, Words("留空", "leave it empty"))

    def _row(self, cells: Cells, match: Match | None) -> Row | None:
        basis = cells.need("basis", columns.words)
        effect = cells.read("effect", columns.effect)
        level = cells.read("as_level", columns.level) if cells.text("as_level") else None
        occupation = self._as_occupation(cells)
        if match is None or basis is None or effect is None:
            return None
        return Row(match, occupation, level, effect, basis)

    def _as_occupation(self, cells: Cells) -> OccupationReference | None:
        if not cells.text("as_occupation"):
            if cells.text("as_edition"):
                cells.fault("as_occupation", MISSING, Words("写职业代码，或版本也留空", "a code, or leave both empty"))
            return None
        code = cells.read("as_occupation", columns.code)
        column = "as_edition" if cells.text("as_edition") else "edition"
        edition = cells.read(column, columns.edition)
        if edition is None:
            why = Words("认定的职业没有版本", "the occupation has no edition")
            cells.fault("as_edition", why, Words("写 2022、2015 或“本地”", "2022, 2015 or local"))
        return None if code is None or edition is None else OccupationReference(edition, code)

    def _agreement(self, draft: _Draft) -> Agreement | None:
        before = len(self.faults)
        own = Cells(draft.row, draft.own | {"id": self._id_of(draft)}, self.faults)
        number = own.need("id", columns.number)
        partner = own.need("partner", columns.region)
        document = own.need("document", columns.words)
        day = own.need("document_date", columns.day)
        pin = self._pin(own)
        states = self._states(draft)
        keep = self._keep(own, states)
        if len(self.faults) > before or number is None or partner is None or document is None or day is None:
            return None
        return Agreement(number, partner, pin, document, day, states, keep, tuple(draft.deny), tuple(draft.allow))

    def _id_of(self, draft: _Draft) -> str:
        return next(key for key, each in self.drafts.items() if each is draft)

    def _pin(self, own: Cells) -> tuple[int, bytes] | None:
        if not own.text("pin"):
            return None
        version = own.read("pin_version", columns.number) if own.text("pin_version") else 1
        found = own.read("pin", columns.digest)
        return None if version is None or found is None else (version, found)

    def _states(self, draft: _Draft) -> tuple[tuple[Day, AgreementState], ...]:
        ordered = sorted((day, state, row) for day, (state, row) in draft.states.items())
        if not draft.has_state:
            self._fault(draft.row, "state", MISSING, Words("写“生效”及其起始日", "in-force, and from which day on"))
        for _, state, row in ordered[:-1]:
            if state is AgreementState.REPEALED:
                fix = Words("恢复采认须另订新协议", "to recognise again takes a new agreement")
                self._fault(row, "state", Words("废止之后不能再有状态", "no state may follow the repeal"), fix)
        return tuple((day, state) for day, state, _ in ordered)

    def _keep(self, own: Cells, states: tuple[tuple[Day, AgreementState], ...]) -> bool:
        if own.text("keep"):
            return own.read("keep", columns.keep) is not False
        if states and states[-1][1] is AgreementState.REPEALED:
            why = Words("废止时须写明此前签发的证书怎么办", "a repeal must say what becomes of earlier certificates")
            own.fault("keep", why, Words("写“保留”或“不保留”", "keep or drop"))
        return True

    def _require_one_a_partner(self) -> None:
        seen: dict[str, int] = {}
        for draft in self.drafts.values():
            partner = draft.own.get("partner", "")
            if partner and seen.setdefault(partner, draft.row) != draft.row:
                why = Words("与同一地区有两份协议", "two agreements with one region")
                self._fault(draft.row, "partner", why, Words("合并为一份", "make them one"))

    def _fault(self, row: int, column: str, why: Words, fix: Words) -> None:
        self.faults.add(row, column, why, fix)
