"""The report as one JSON object: the summary, and every row as `check --json` gives it, with its number."""

import json

from verifier_cli.reports.spool import Spool
from verifier_cli.reports.summary import Summary


def write(path: str, spool: Spool, summary: Summary) -> None:
    """`{"summary": {...}, "rows": [...]}`, a row a line, in ASCII."""
    with open(path, "w", encoding="ascii") as file:
        file.write(f'{{"summary": {json.dumps(summary.data())},\n"rows": [')
        before = "\n"
        for kept in spool.rows():
            row = {"number": kept.number, "same_as": kept.same_as, **json.loads(kept.data)}
            file.write(before + json.dumps(row, separators=(",", ":")))
            before = ",\n"
        file.write("\n]}\n")
