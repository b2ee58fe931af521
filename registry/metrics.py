"""Metrics for Prometheus, at an address of their own: what the process counted, what is published and on record."""

import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from prometheus_client import Metric, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from waitress.server import create_server

from credential import freshness
from credential.model import Status
from credential.published import name_of
from registry.app import Application
from registry.http.service import Service
from registry.http.views import EXTENSION
from registry.office import waiting
from registry.problems import Refused
from registry.publishing.snapshot import last_order
from registry.store.models import Base, CorrectionRow, IssuerRow, RegionRow, RegisteredRow, RequestRow, StatusHistoryRow

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

CONNECTIONS: Final = 50
COUNT_EVERY: Final = 60.0
"""Seconds for which counts of many rows are kept."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What takes long to count: certificates by status, and changes of status by what they became."""

    certificates: dict[str, int]
    changes: dict[str, int]
    requests: int


class Registry(Collector):
    """What a scrape asks the registry for. A part that cannot be had is left out, and said to be."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._counted: tuple[float, Counts] | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing: what there is depends on what is reachable."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Everything at this moment."""
        now = self._service.now()
        yield _gauge("yinxin_clock_seconds", "The registry's clock, to compare with others.", now)
        yield from self._publisher()
        yield from self._published(now)
        yield from self._database()

    def _publisher(self) -> Iterator[Metric]:
        publisher = self._service.publisher
        failing = int(publisher is not None and publisher.fault is not None)
        yield _gauge("yinxin_publisher_failing", "1 if the last publication failed.", failing)
        data = self._service.places.data
        if data.is_dir():
            yield _gauge("yinxin_disk_free_bytes", "Free space for the data folder.", shutil.disk_usage(data).free)

    def _published(self, now: int) -> Iterator[Metric]:
        expires = GaugeMetricFamily(
            "yinxin_expires_in_seconds", "Until a published object expires.", labels=("object", "list")
        )
        try:
            trust = self._service.trust
        except (Refused, DBAPIError, OSError):
            yield _gauge("yinxin_published", "1 if what is published holds, as a verifier sees it.", 0)
            return
        for each in freshness.listed(trust):
            number = "" if each.number is None else str(each.number)
            expires.add_metric((name_of(each.type), number), each.expires - now)
        head = trust.checkpoint.head
        yield _gauge("yinxin_published", "1 if what is published holds, as a verifier sees it.", 1)
        yield _gauge("yinxin_published_seq", "The published checkpoint's number.", head.seq)
        yield _gauge("yinxin_published_age_seconds", "Since the checkpoint was issued.", now - head.issued)
        yield expires

    def _database(self) -> Iterator[Metric]:
        try:
            with self._service.store.read() as session:
                found = list(self._rows(session))
        except (Refused, DBAPIError, OSError):
            found = []
        yield _gauge("yinxin_database_up", "1 if the database answers.", int(bool(found)))
        yield from found

    def _rows(self, session: Session) -> Iterator[Metric]:
        row = session.scalars(select(RegionRow)).one()
        counts = self._counts(session)
        yield _gauge("yinxin_database_seq", "The number of the last publication on record.", last_order(session)[1])
        yield _gauge("yinxin_issuers", "Issuers on record.", _count(session, IssuerRow))
        yield _gauge("yinxin_changes_unpublished", "Changes not published.", row.change - row.published_change)
        yield _gauge(
            "yinxin_filings_unpublished",
            "Filings that wait for the list keys' signatures.",
            row.filing_change - row.published_filing_change,
        )
        yield _gauge(
            "yinxin_second_approvals_waiting", "Matters that wait for a second operator.", len(waiting.every(session))
        )
        yield _gauge("yinxin_corrections_waiting", "Holders' requests without an answer.", _corrections(session))
        yield CounterMetricFamily("yinxin_requests", "Signed requests of issuers.", counts.requests)
        yield CounterMetricFamily("yinxin_registrations", "Certificates registered.", sum(counts.certificates.values()))
        yield _by(GaugeMetricFamily, "yinxin_certificates", "Certificates by status.", counts.certificates)
        yield _by(CounterMetricFamily, "yinxin_status_changes", "Changes of status, by what it became.", counts.changes)

    def _counts(self, session: Session) -> Counts:
        if self._counted is None or time.monotonic() >= self._counted[0] + COUNT_EVERY:
            counted = Counts(
                _by_status(session, RegisteredRow.status.expression),
                _by_status(session, StatusHistoryRow.after.expression),
                _count(session, RequestRow),
            )
            self._counted = (time.monotonic(), counted)
        return self._counted[1]


def wsgi(app: Application) -> "WSGIApplication":
    """Answers a scrape of `app` at /metrics."""
    collected = app.journal.meters.collected
    collected.register(Registry(app.extensions[EXTENSION]))
    scrape = make_wsgi_app(collected)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return cast(Iterable[bytes], scrape(environ, start))
        start("404 Not Found", [("Content-Length", "0")])
        return ()

    return answer


def serve(app: Application, host: str, port: int) -> None:
    """Answer scrapes in the background until the process ends. Raises OSError or ValueError for a wrong address."""
    server = create_server(wsgi(app), host=host, port=port, threads=1, ident="yinxin", connection_limit=CONNECTIONS)
    threading.Thread(target=server.run, name="metrics", daemon=True).start()


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value)


def _by(kind: type[GaugeMetricFamily | CounterMetricFamily], name: str, what: str, counts: Mapping[str, int]) -> Metric:
    made = kind(name, what, labels=("status",))
    for status, count in counts.items():
        made.add_metric((status,), count)
    return made


def _by_status(session: Session, column: ColumnElement[int]) -> dict[str, int]:
    """How many rows have each status in this column; all are named, so that none appears out of nothing."""
    rows = session.execute(select(column, func.count()).group_by(column)).all()
    return {status.name.lower(): 0 for status in Status} | {Status(value).name.lower(): count for value, count in rows}


def _count(session: Session, of: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(of)) or 0


def _corrections(session: Session) -> int:
    query = select(func.count()).select_from(CorrectionRow).where(CorrectionRow.outcome.is_(None))
    return session.scalar(query) or 0
