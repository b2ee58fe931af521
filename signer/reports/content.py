"""A batch's report 报告: what was signed of whom, what was left out and why, what the registry says; and it as CSV."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import IO, Final

from credential import cose, text
from credential.model import Day, Seconds, date_from_day, day_of, rfc3339
from signer.batches import receipts
from signer.batches.receipts import Kept
from signer.certificates import preview
from signer.certificates.drafts import read_certificate
from signer.certificates.preview import Group
from signer.context import Context
from signer.ledger import model as ledgers
from signer.ledger.model import Batch, Skipped, State
from signer.portions import Many
from signer.remote import published

Pair = tuple[str, str]
"""The same in Chinese and in English."""

STATES: Final[dict[State, Pair]] = {
    State.SIGNED: ("已签未登记", "not registered"),
    State.REGISTERED: ("有效", "valid"),
    State.SUSPENDED: ("已暂停", "suspended"),
    State.REVOKED: ("已撤销", "revoked"),
    State.SUPERSEDED: ("已被取代", "superseded"),
}
HEADS: Final[tuple[Pair, ...]] = (
    ("行", "row"),
    ("编号", "number"),
    ("姓名", "name"),
    ("职业编码", "code"),
    ("职业（工种）", "occupation"),
    ("等级", "level"),
    ("发证日期", "date"),
    ("状态", "state"),
)
SKIPPED_HEADS: Final[tuple[Pair, ...]] = (("行", "row"), ("列", "column"), ("原因", "reason"), ("代码", "code"))
COUNT_HEADS: Final[tuple[Pair, ...]] = (
    ("职业编码", "code"),
    ("职业（工种）", "occupation"),
    ("等级", "level"),
    ("张数", "count"),
)
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate; of its holder's name the first character only."""

    row: int | None
    number: str
    name: str
    group: Group
    issued_on: str
    state: Pair


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says, the same all day if nothing happens. `receipts` are verified."""

    issuer: str
    code: str
    batch: int
    signed_at: Seconds | None
    day: Day
    fingerprint: str
    evidence: bytes | None
    registered_at: tuple[str, ...]
    receipts: tuple[Kept, ...]
    counts: tuple[tuple[Group, int], ...]
    skipped: tuple[Skipped, ...]
    certificates: Many[ledgers.Certificate] = field(repr=False)

    @property
    def size(self) -> int:
        """How many certificates there are."""
        return sum(count for _, count in self.counts)

    @property
    def lines(self) -> Iterator[Line]:
        """Each certificate, as it stands in the ledger now, read anew: a batch may be large."""
        return map(_line, self.certificates)

    @property
    def facts(self) -> Iterator[tuple[Pair, str]]:
        """What it says of the batch as a whole: what it is called, and what it is."""
        yield ("评价机构", "issuer"), self.issuer
        yield ("机构代码", "issuer code"), self.code
        yield ("批次", "batch"), str(self.batch)
        yield ("签发时间", "signed at"), rfc3339(self.signed_at) if self.signed_at is not None else ""
        yield ("签发张数", "certificates"), str(self.size)
        yield ("跳过行数", "rows left out"), str(len({each.row for each in self.skipped}))
        yield ("证书密钥指纹", "key fingerprint"), self.fingerprint
        yield ("评价档案摘要", "evidence SHA-256"), self.evidence.hex() if self.evidence else "无 / none"
        yield ("登记时间", "registered at"), "，".join(self.registered_at) or "未登记 / not registered"
        for kept in self.receipts:
            yield ("回执摘要", "receipt SHA-256"), kept.digest
            yield ("批次摘要", "batch digest"), kept.content.batch.root_hash.hex()
            yield ("日志叶号", "leaf of the log"), str(kept.content.place)
        if not self.receipts:
            yield ("回执", "receipt"), "无 / none"
        yield ("报告日期", "date of report"), date_from_day(self.day).isoformat()


def of(context: Context, batch: Batch) -> Report:
    """The report of a signed batch, as its certificates stand in the ledger now."""
    known = context.newest_known() or context.fetch()
    issuer = published.require_issuer(known, context.configuration)
    certificates = context.ledger.certificates(batch)
    (first,) = context.ledger.portion(batch, 0, 1)
    keys = issuer.keys_of(cose.decode_sign1(first.data, None).kid)
    submissions = context.ledger.submissions_of(batch)
    today = day_of(context.clock())
    return Report(
        issuer=issuer.name_on(today),
        code=issuer.code,
        batch=batch.id,
        signed_at=batch.signed_at,
        day=today,
        fingerprint=cose.fingerprint(keys[0].public) if keys else "",
        evidence=context.ledger.evidence(batch.subject),
        registered_at=tuple(dict.fromkeys(each.registered_at for each in submissions if each.registered_at)),
        receipts=tuple(receipts.of_batch(context, batch)),
        counts=tuple(preview.counted(read_certificate(each.data).subject for each in certificates)),
        skipped=tuple(context.ledger.skipped(batch.subject)),
        certificates=certificates,
    )


def _line(kept: ledgers.Certificate) -> Line:
    said = read_certificate(kept.data)
    return Line(
        kept.row,
        kept.number,
        text.masked(said.person.name),
        preview.group_of(said.subject),
        date_from_day(said.issued_on).isoformat(),
        STATES[kept.state],
    )


def write_csv(report: Report, out: IO[bytes]) -> None:
    """The report for a spreadsheet: UTF-8 with its mark, and no cell that a spreadsheet takes for a formula."""
    file = TextIOWrapper(out, "utf-8-sig", newline="")
    csv.writer(file).writerows([_harmless(each) for each in row] for row in _rows(report))
    file.detach()


def _rows(report: Report) -> Iterator[Sequence[str]]:
    yield ["签发报告 Batch report"]
    yield from ([f"{zh} {en}", value] for (zh, en), value in report.facts)
    yield []
    yield _heads(COUNT_HEADS)
    yield from ([*_shown(group), str(count)] for group, count in report.counts)
    yield []
    yield _heads(SKIPPED_HEADS)
    yield from ([str(each.row), each.field, f"{each.why_zh} / {each.why_en}", each.code] for each in report.skipped)
    yield []
    yield _heads(HEADS)
    yield from map(_cells, report.lines)


def _heads(heads: Iterable[Pair]) -> list[str]:
    return [f"{zh} {en}" for zh, en in heads]


def _shown(group: Group) -> list[str]:
    return [group.code.strip("-"), group.title, f"{group.grade_zh} {group.grade_en}"]


def _cells(line: Line) -> list[str]:
    row = "" if line.row is None else str(line.row)
    return [row, line.number, line.name, *_shown(line.group), line.issued_on, " ".join(line.state)]


def _harmless(cell: str) -> str:
    """The cell, behind an apostrophe if a spreadsheet might calculate it."""
    return f"'{cell}" if cell.lstrip().startswith(_RISKY) or cell[:1] in _RISKY else cell
