"""How the service logs: lines for people on a terminal, a JSON object a line for machines; never a value of another's.

Our own loggers say nothing personal. Of what libraries log only the place in their source is written, and of an
exception its type and where it was raised: their texts have paths and parameters in them, which can name people.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum, unique
from types import TracebackType
from typing import Any, Final

OURS: Final = "yinxin"
FIELDS: Final = "yinxin_fields"
FRAMES: Final = 4
"""Places of a traceback that are told, innermost last."""
_JSON: Final = json.JSONEncoder(ensure_ascii=False)
Fields = Mapping[str, str | int | float | None]


@unique
class Format(StrEnum):
    """How a line is written."""

    TEXT = "text"
    JSON = "json"


def set_up(form: Format | None) -> None:
    """Log to standard error: in this form, or by default as text on a terminal and as JSON elsewhere."""
    chosen = form or (Format.TEXT if sys.stderr.isatty() else Format.JSON)
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter(chosen))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def fields(**values: str | int | float | None) -> dict[str, Fields]:
    """What goes into `extra` of a call to a logger, to stand in the line beside the message."""
    return {FIELDS: values}


def where(error: BaseException) -> str:
    """The innermost places of an exception's traceback: files and lines, no values."""
    return " < ".join(_places(error.__traceback__))


class _Formatter(logging.Formatter):
    def __init__(self, form: Format) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        line = _line(record)
        match self._form:
            case Format.JSON:
                return _JSON.encode(line)
            case Format.TEXT:
                return _as_text(line)


def _line(record: logging.LogRecord) -> dict[str, Any]:
    moment = datetime.fromtimestamp(record.created, UTC)
    line = {
        "time": f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
        "level": record.levelname.lower(),
        "event": _event(record),
        **getattr(record, FIELDS, {}),
    }
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        line |= {"error": type(error).__name__, "where": where(error)}
    return line


def _event(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] == OURS:
        return record.getMessage()
    return f"{record.name}: {record.module}.{record.funcName}:{record.lineno}"


def _as_text(line: Mapping[str, Any]) -> str:
    time, level, event, *rest = line.items()
    more = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in rest]
    return " ".join((time[1], level[1].upper(), json.dumps(event[1], ensure_ascii=False)[1:-1], *more))


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{'/'.join(each.filename.rsplit('/', 2)[-2:])}:{each.lineno}" for each in reversed(frames)]
