"""The statistics and the catalogue of occupations, as pages; their figures are counted once a day, not here."""

from typing import Any, Final

from flask import Blueprint

from credential.model import day_of
from registry.figures import figures
from registry.http import catalogue
from registry.http.pages import add_headers, frame_now, show
from registry.http.views import service
from registry.office import directory

BARS: Final = 12
"""Lines that a chart shows at most: the largest, and of months the latest."""

statistics: Final = Blueprint("statistics", __name__)
statistics.after_request(add_headers)


@statistics.get("/statistics")
def page() -> str:
    """The newest statistics, with charts."""
    with service().store.read() as session:
        row = figures.newest(session)
    content: dict[str, Any] | None = row.content if row else None
    charts = {by: bars(by, content["tables"][by]) for by in figures.BY} if content else {}
    return show("statistics.html", frame_now(), content=content, charts=charts, by_words=figures.BY_WORDS)


@statistics.get("/occupations")
def occupations() -> str:
    """The catalogue."""
    frame, trust = frame_now(), service().trust
    with service().store.read() as session:
        row = figures.newest(session)
    titles = row.content["titles"] if row else {}
    found = catalogue.entries(directory.every_issuer(trust), trust, titles, day_of(frame.now))
    return show("occupations.html", frame, editions=found)


def bars(by: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that a chart shows, each with its two lengths in per cent of the longest."""
    shown = [line for line in lines if line["certificates"] is not None]
    if by == "month":
        shown = shown[-BARS:]
    elif by != "level":
        shown = sorted(shown, key=lambda line: (-line["certificates"], line["key"]))[:BARS]
    most = max((line["certificates"] for line in shown), default=0) or 1
    return [
        {
            **line,
            "long": f"{line['certificates'] * 100 / most:.2f}%",
            "short": f"{line['people'] * 100 / most:.2f}%",
        }
        for line in shown
    ]
