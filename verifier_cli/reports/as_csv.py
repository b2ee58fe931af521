"""The report as CSV, in UTF-8 with a byte order mark: Excel and WPS open it by a double click."""

import csv

from verifier_cli.reports.cells import harmless, row_of
from verifier_cli.reports.spool import Spool
from verifier_cli.reports.summary import Summary
from verifier_cli.words.columns import COLUMNS


def write(path: str, spool: Spool, _: Summary) -> None:
    """The rows below one row of headings, and nothing else: it is read by programs too."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerows([harmless(cell) for cell in row_of(kept)] for kept in spool.rows())
