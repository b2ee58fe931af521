"""Writes a batch's report into a folder: CSV always, PDF where what prints is installed."""

from pathlib import Path

from signer import files
from signer.context import Context
from signer.errors import Json
from signer.ledger.model import Batch
from signer.reports import content
from signer.reports.content import Report


def write(context: Context, batch: Batch, out: Path) -> Json:
    """Write report-<batch>.csv and report-<batch>.pdf; both anew, as the ledger says now."""
    files.make_folder(out)
    report = content.of(context, batch)
    table = out / f"report-{batch.id}.csv"
    with files.replacing(table) as file:
        content.write_csv(report, file)
    page = _write_page(report, table.with_suffix(".pdf"))
    if page is None:
        context.voice.say(
            f"报告：{table}（没有安装打印组件，未写 PDF；在印信的源代码目录里运行：pip install '.[signer,print]'）",
            f"report: {table} (no PDF, as printing is not installed: pip install '.[signer,print]')",
        )
    else:
        context.voice.say(f"报告：{table}、{page}", f"report: {table}, {page}")
    return {"report": str(table), "report_pdf": None if page is None else str(page)}


def _write_page(report: Report, path: Path) -> Path | None:
    try:
        from signer.reports import report_pdf
    except ImportError:
        return None
    files.write_atomic(path, report_pdf.write(report))
    return path
