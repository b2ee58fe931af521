"""The registry over HTTP, from the issuer's side: bounded in time and size, patient, and safe to repeat.

Only sealed requests leave this machine, and beside them what they commit to. A request keeps its id over every attempt,
so that the registry does it once.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.message import Message
from typing import IO, Final, Protocol
from urllib.parse import urlsplit

from credential import bundle, receipt, request
from signer.errors import Exit, Json, SignerError, unavailable, usage
from signer.ledger.pool import Run, SerialRun, Wanted

TIMEOUT: Final = 30.0
"""Seconds to wait for an answer to begin, or to go on."""
PATIENCE: Final = 900.0
"""Seconds in which a whole answer must have come."""
BRIEF: Final = 10.0
"""Seconds to wait for an answer that can be done without."""
PAUSES: Final = (0.5, 1.0, 2.0)
"""Seconds before the second, third and fourth attempt."""
MAX_ANSWER: Final = 4 << 20
_READ: Final = 64 << 10
_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_MAX_SHOWN: Final = 300
_MAX_SAID: Final = request.MAX_WORDS
_MAX_RECEIPT: Final = receipt.MAX_BYTES * 2


class RegistryRefusedError(SignerError):
    """The registry says no. `rows` are (position in the batch, reason, detail)."""

    rows: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """What an issuer needs of GET /v1/region."""

    region: str
    qr_host: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a holder asks to have corrected on the certificate `number`; `said` are the holder's words."""

    case: str
    number: str
    what: str
    said: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class Granted:
    """What the registry granted, and the base of the indices' URIs."""

    runs: tuple[Run, ...]
    serials: tuple[SerialRun, ...]
    uri_base: str


@dataclass(frozen=True, slots=True)
class Registered:
    """When a batch was registered, and the receipt, not verified; None from a registry that gives none."""

    at: str
    receipt: bytes | None


@dataclass(frozen=True, slots=True)
class RegistryClient:
    """A registry at `url`."""

    url: str
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    pauses: tuple[float, ...] = PAUSES
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def once(self) -> "RegistryClient":
        """The same, but it asks once, and does not wait for long."""
        return replace(self, pauses=(), timeout=min(self.timeout, BRIEF))

    def region(self) -> RegionFacts:
        """GET /v1/region."""
        match self._json("/v1/region"):
            case {"region": str() as region, "qr_host": str() as host}:
                return RegionFacts(region, host)
        raise _malformed("/v1/region")

    def bundle(self) -> bytes:
        """GET /v1/bundle: not yet verified."""
        return self._patiently("/v1/bundle", None, bundle.MAX_BYTES)

    def reserve(self, body: Callable[[], bytes], wanted: Wanted, prefix: str) -> Granted:
        """POST /v1/indices: what was granted, which is all that was wanted; `prefix` begins the numbers."""
        match self._json("/v1/indices", body):
            case {"runs": [*rows], "uri_base": str() as base, **more}:
                runs = [_run(row) for row in rows]
                serials = [_serials(row, prefix) for row in _list(more.get("serials", []))]
                is_all = sum(run.count for run in runs) == wanted.indices
                if is_all and {run.place: run.count for run in serials} == wanted.serials:
                    return Granted(tuple(runs), tuple(serials), base)
        raise _malformed("/v1/indices")

    def register(self, body: Callable[[], bytes], count: int, kind: str = request.MEDIA_TYPE) -> Registered:
        """POST /v1/batches: when they were registered, and the receipt. `kind` is the body's media type."""
        match self._json("/v1/batches", body, kind):
            case {"registered": int() as registered, "registered_at": str() as when, **more} if registered == count:
                return Registered(when, _receipt(more.get("receipt")))
        raise _malformed("/v1/batches")

    def change_status(self, body: Callable[[], bytes], kind: str = request.MEDIA_TYPE) -> str:
        """POST /v1/status-changes: when they were made. `kind` is the body's media type."""
        match self._json("/v1/status-changes", body, kind):
            case {"changed": int(), "at": str() as when}:
                return when
        raise _malformed("/v1/status-changes")

    def corrections(self, body: Callable[[], bytes]) -> list[Correction]:
        """POST /v1/corrections: what holders ask of this issuer, oldest first."""
        match self._json("/v1/corrections", body):
            case {"corrections": list() as found}:
                return [_correction(each) for each in found]
        raise _malformed("/v1/corrections")

    def answer(self, body: Callable[[], bytes]) -> str:
        """POST /v1/correction-answers: when the answer was noted."""
        match self._json("/v1/correction-answers", body):
            case {"at": str() as when}:
                return when
        raise _malformed("/v1/correction-answers")

    def _json(self, path: str, body: Callable[[], bytes] | None = None, kind: str = request.MEDIA_TYPE) -> Json:
        return _parse(self._patiently(path, body, MAX_ANSWER, kind), path)

    def _patiently(
        self, path: str, body: Callable[[], bytes] | None, most: int, kind: str = request.MEDIA_TYPE
    ) -> bytes:
        """The answer after at most four attempts; `body` is made anew for each, with a fresh time and nonce."""
        for pause in (*self.pauses, None):
            try:
                return self._once(path, body() if body else None, most, kind)
            except _NotNowError as error:
                if pause is None:
                    raise _unreachable(self.url, error.why) from None
                self.sleep(pause)
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    def _once(self, path: str, body: bytes | None, most: int, kind: str) -> bytes:
        asked = urllib.request.Request(self.url.rstrip("/") + path, data=body)  # noqa: S310 - checked_url
        if body is not None:
            asked.add_header("Content-Type", kind)
        try:
            return self._exchange(asked, path, most)
        except urllib.error.URLError as error:
            raise _NotNowError(_why(error.reason)) from None
        except (OSError, http.client.HTTPException) as error:
            raise _NotNowError(_why(error)) from None

    def _exchange(self, asked: urllib.request.Request, path: str, most: int) -> bytes:
        end = time.monotonic() + self.patience
        try:
            with _opener(self.url).open(asked, timeout=self.timeout) as answer:
                return _whole(_read(answer, most, end), answer.headers.get("Content-Length"))
        except urllib.error.HTTPError as error:
            with error:
                if error.code in _TRY_AGAIN:
                    raise _NotNowError(f"HTTP {error.code}") from None
                raise _refusal(error.code, _read(error, MAX_ANSWER, end), path) from None


class _NotNowError(Exception):
    """This attempt failed; another may not."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A sealed request goes to the registry it was made for, and nowhere else."""

    def redirect_request(
        self,
        req: urllib.request.Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: Message,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        """Follow no redirect: it becomes an HTTPError."""
        return


def _opener(url: str) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if urlsplit(url).hostname in _LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def checked_url(text: str) -> str:
    """A registry's address without a trailing slash; https, or http on this machine. SignerError for any other."""
    try:
        parts = urlsplit(text)
        fits = bool(parts.hostname) and not parts.query and not parts.fragment and "@" not in parts.netloc
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        _ = parts.port
    except ValueError:
        fits = secure = False
    if not fits or not secure:
        raise usage(
            "registry-url",
            "登记机构网址须以 https:// 开头（本机测试可用 http://127.0.0.1）。",
            "the registry's address must begin with https:// (http://127.0.0.1 on this machine only).",
        )
    return text.rstrip("/")


class _Answer(Protocol):
    """What an answer's bytes are read from."""

    def read1(self, n: int, /) -> bytes:
        """Some bytes, as soon as there are any; none at the end."""


def _read(answer: _Answer, most: int, end: float) -> bytes:
    """At most `most` bytes, until the monotonic time `end`: an endless answer is cut off, a dripping one given up."""
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(_READ):
        size += len(piece)
        if time.monotonic() > end:
            raise _NotNowError("too slow")
        if size > most:
            raise unavailable(
                "answer-too-large",
                f"登记机构的回复超过 {most} 字节，已停止接收。请联系登记机构。",
                f"the registry's answer exceeds {most} bytes and was cut off. Call the registry.",
            )
        pieces.append(piece)
    return b"".join(pieces)


def _whole(data: bytes, length: str | None) -> bytes:
    """`data`, unless the connection broke before all of it had come."""
    if length is not None and length.isdecimal() and int(length) != len(data):
        raise _NotNowError("truncated")
    return data


def _parse(data: bytes, path: str) -> Json:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _malformed(path)
    return found


def _correction(value: object) -> Correction:
    match value:
        case {
            "case": str() as case,
            "number": str() as number,
            "what": str() as what,
            "said": str() as said,
            "asked_at": str() as when,
        }:
            return Correction(*(_shown(each, _MAX_SAID) for each in (case, number, what, said, when)))
    raise _malformed("/v1/corrections")


def _run(value: object) -> Run:
    match value:
        case {"list": int() as listed, "first": int() as first, "count": int() as count} if (
            listed >= 0 and first >= 0 and count > 0 and not any(isinstance(n, bool) for n in (listed, first, count))
        ):
            return Run(listed, first, count)
    raise _malformed("/v1/indices")


def _serials(value: object, prefix: str) -> SerialRun:
    match value:
        case {
            "prefix": str() as begins,
            "year": int() as year,
            "digit": int() as digit,
            "first": int() as first,
            "count": int() as count,
        } if begins == prefix and first > 0 and count > 0 and not any(isinstance(n, bool) for n in (first, count)):
            return SerialRun(year, digit, first, count)
    raise _malformed("/v1/indices")


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise _malformed("/v1/indices")


def _receipt(value: object) -> bytes | None:
    """What cannot be one is empty: the batch is registered all the same, so this is no reason to ask again."""
    if value is None:
        return None
    try:
        return b64decode(value, validate=True) if isinstance(value, str) and len(value) <= _MAX_RECEIPT else b""
    except ValueError:
        return b""


def _refusal(status: int, data: bytes, path: str) -> RegistryRefusedError:
    """The problem+json of an answer (RFC 9457) as an error for people."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = {}
    problem = found if isinstance(found, dict) else {}
    slug = _shown(problem.get("type")).removeprefix("urn:yinxin:problem:") or f"http-{status}"
    told = _shown(problem.get("detail")) or _shown(problem.get("title")) or f"HTTP {status}"
    zh_hint, en_hint = _HINTS.get(status, ("", ""))
    error = RegistryRefusedError(
        Exit.REFUSED,
        slug,
        f"登记机构拒绝了请求（{path}，HTTP {status}，{slug}）：{told}{zh_hint}",
        f"the registry refused the request ({path}, HTTP {status}, {slug}): {told}{en_hint}",
    )
    error.rows = tuple(_row_errors(problem.get("errors")))
    return error


_HINTS: Final = {
    401: (
        "。请核对本机时间，以及请求密钥是否已获批准。",
        " Check this machine's clock, and that the request key is approved.",
    ),
    403: ("。请向登记机构确认备案状态和范围。", " Ask the registry about your filing and scope."),
    409: (
        "。该编号或请求已另有登记，请与登记机构核对。",
        " The number or the request is registered otherwise; compare with the registry.",
    ),
}


def _row_errors(value: object) -> list[tuple[int, str, str]]:
    found = []
    for each in value if isinstance(value, list) else []:
        match each:
            case {"row": int() as row, "reason": str() as reason, **more}:
                found.append((row, _shown(reason), _shown(more.get("detail"))))
    return found


def _shown(value: object, most: int = _MAX_SHOWN) -> str:
    """A text from the network, fit to print: one line, of bounded length, nothing that steers a terminal."""
    text = value if isinstance(value, str) else ""
    return "".join(c if c.isprintable() else " " for c in text[:most]).strip()


def _why(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, OSError):
        return _shown(error.strerror) or type(error).__name__
    return type(error).__name__ if isinstance(error, Exception) else _shown(error)


def _unreachable(url: str, why: str) -> SignerError:
    return unavailable(
        "registry-unreachable",
        f"暂时连不上登记机构 {url}（{why}）。已做的都已保存；请稍后再次运行同一命令，会从中断处继续。",
        f"the registry {url} cannot be reached now ({why}). What was done is kept; run the same command again"
        " later, and it continues where it stopped.",
    )


def _malformed(path: str) -> SignerError:
    return unavailable(
        "answer-malformed",
        f"登记机构对 {path} 的回复看不懂。请确认 --registry 网址；如无误请联系登记机构。",
        f"the registry's answer to {path} is not understood. Check the --registry address, or call the registry.",
    )
