"""Findings about a roster's rows, for people and for programs."""

from dataclasses import asdict

from signer.certificates.objections import Fault
from signer.errors import Json
from signer.roster.model import Problem

Finding = Problem | Fault


def finding_json(finding: Finding, file: str) -> Json:
    """A finding for programs: file, row, column, shape, why and fix in both languages, code."""
    return {"file": file, **{key: value for key, value in asdict(finding).items() if key != "file"}}


def finding_lines(finding: Json) -> tuple[str, str]:
    """A finding for people."""
    place = f" [{finding['column']}]" if finding["column"] else ""
    shape = f" {finding['shape']}" if finding["shape"] else ""
    where_zh = f"{finding['file']} 第 {finding['row']} 行{place}{shape}"
    where_en = f"{finding['file']} row {finding['row']}{place}{shape}"
    why_zh, fix_zh = (str(finding[key]).rstrip("。") for key in ("why_zh", "fix_zh"))
    why_en, fix_en = (str(finding[key]).rstrip(".") for key in ("why_en", "fix_en"))
    return f"{where_zh}：{why_zh}。改法：{fix_zh}。", f"{where_en}: {why_en}. Fix: {fix_en}."
