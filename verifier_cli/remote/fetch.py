"""Fetching a bundle over HTTP: only http and https, within a cap and a deadline. Nothing fetched is believed yet."""

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from typing import IO, Final

from verifier_cli.errors import UnreachableError, UsageError

SOCKET_TIMEOUT: Final = 20.0
DEADLINE: Final = 300.0
"""Seconds for all of it: a server that drips one byte at a time is given up."""
_CHUNK: Final = 1 << 16
_HEADERS: Final = {"Accept": "application/cbor", "Accept-Encoding": "gzip", "User-Agent": "yinxin-verify"}
_SCHEMES: Final = ("http", "https")


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects to http and https, and never from https back to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        scheme = urllib.parse.urlsplit(newurl).scheme
        if scheme not in _SCHEMES or (req.type == "https" and scheme != "https"):
            raise UnreachableError(f"a redirect to {scheme or 'nowhere'} is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def bundle_url(base: str) -> str:
    """Where the bundle is: `base` itself if it ends in .cbor, else its /v1/bundle. UsageError for other schemes."""
    try:
        parts = urllib.parse.urlsplit(base)
        usable = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or not base.isascii() or not base.isprintable() or " " in base:
        raise UsageError(f"--from 需要 http 或 https 地址：{base}", f"--from takes an http or https URL, not {base}")
    return base if parts.path.endswith(".cbor") else base.rstrip("/") + "/v1/bundle"


def log_url(base: str, path: str) -> str:
    """Where the registry at `base` serves something about its log. UsageError as `bundle_url`."""
    return bundle_url(base.rstrip("/") + "/").removesuffix("bundle") + f"log/{path}"


def beside(url: str, path: str) -> str:
    """The URL of `path`, which begins with a slash, on the server of `url`."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def fetch(url: str, cap: int, deadline: float = DEADLINE) -> bytes:
    """The bytes at `url`: at most `cap` + 1 of them, so that the caller sees what is too large.

    UnreachableError if the server cannot be reached, is too slow, or has no such thing.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SafeRedirects(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(url, headers=_HEADERS)  # noqa: S310
    try:
        with opener.open(request, timeout=SOCKET_TIMEOUT) as answer:
            return _read(answer, cap, deadline)
    except urllib.error.HTTPError as error:
        error.close()
        raise UnreachableError(f"HTTP {error.code}") from None
    except urllib.error.URLError as error:
        raise UnreachableError(str(error.reason)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnreachableError(str(error) or type(error).__name__) from None


def _read(answer: http.client.HTTPResponse, cap: int, deadline: float) -> bytes:
    """The body, unpacked, read until it ends, exceeds `cap`, or takes too long."""
    until = time.monotonic() + deadline
    unpack = zlib.decompressobj(wbits=31) if answer.headers.get("Content-Encoding") == "gzip" else None
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk if unpack is None else _unpacked(unpack, chunk, cap + 1 - len(body))
        if len(body) > cap:
            return bytes(body[: cap + 1])
        if time.monotonic() > until:
            raise UnreachableError(f"not finished after {deadline:.0f} seconds")
    if answer.length or (unpack is not None and not unpack.eof):
        raise UnreachableError("the connection ended before the body did")
    return bytes(body)


def _unpacked(unpack: "zlib._Decompress", chunk: bytes, at_most: int) -> bytes:
    try:
        return unpack.decompress(chunk, at_most)
    except zlib.error:
        raise UnreachableError("the body is not gzip as it says") from None
