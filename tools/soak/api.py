"""The service is asked everything that it describes: `make soak ONLY=api`.

Schemathesis makes requests from /openapi.json for a registry with two issuers; signed ones are really signed. Whatever
is sent, nothing fails inside, and every answer is as the description says.
"""

import shutil
from pathlib import Path
from typing import Final

from registry.figures import figures
from registry.holders import lookup
from tests.fuzz import api
from tests.registry.office import Office, build, now
from tools.soak.soak import Order, Outcome, Progress, Soak

EXAMPLES: Final = 1_000
"""Requests of each mode for each operation."""


def run(order: Order) -> Outcome:
    """Send them all."""
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(parents=True)
    lookup.MISS_SECONDS = 0  # type: ignore[misc]
    office = Office(build(order.folder))
    figures.make(office.service.store, now())
    progress = Progress(order.of(EXAMPLES) * len(api.SORTS))
    found = api.look(office.app, order.seed, order.of(EXAMPLES), progress.reached)
    office.close()
    rows = (("请求 requests", f"{found.sent:,}"), ("不符 not as described", str(len(found.faults))))
    return Outcome(rows, _kept(order.folder, found.faults))


def _kept(folder: Path, faults: list[str]) -> tuple[str, ...]:
    path = folder / "faults.txt"
    path.write_text("\n\n".join(faults), "utf-8")
    return tuple(f"{fault.splitlines()[0]}: {path}" for fault in faults)


SOAK: Final = Soak("api", "向登记机构发出各种请求", "Requests of every kind to a registry", run)
