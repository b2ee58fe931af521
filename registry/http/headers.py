"""What every answer tells a browser that it must not do, and what the few pages with a script may."""

from collections.abc import Mapping
from typing import Final


def _policy(*rules: str) -> str:
    return "; ".join(("default-src 'none'", *rules))


_NO_PLACE: Final = ("base-uri 'none'", "frame-ancestors 'none'")
_TYPED: Final = "require-trusted-types-for 'script'"
_PAGE: Final = _policy(
    "style-src 'self'", "img-src 'self'", "form-action 'self'", *_NO_PLACE, _TYPED, "trusted-types 'none'"
)
_FEATURES: Final = "camera=({}), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

ALWAYS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": _policy("frame-ancestors 'none'"),
    "Permissions-Policy": _FEATURES.format(""),
    "Strict-Transport-Security": "max-age=31536000",
}
"""Of every answer that says nothing else. Who reads the service from another origin asks with CORS."""

PAGE: Final[Mapping[str, str]] = {"Content-Security-Policy": _PAGE}
"""A page: its own style, pictures and forms, nothing from elsewhere, and no script."""

CONSOLE: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _PAGE,
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""`no-referrer` would make browsers send `Origin: null` with our own forms."""

_SCRIPTED: Final = _policy(
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    *_NO_PLACE,
    _TYPED,
)

VERIFIER: Final[Mapping[str, str]] = {
    "Content-Security-Policy": f"{_SCRIPTED}; trusted-types yinxin-worker yinxin-reader",
    "Permissions-Policy": _FEATURES.format("self"),
}
"""The page /v, which runs scripts: its own, and nothing that a text could become. It alone may ask for the camera."""

EXPLORER: Final[Mapping[str, str]] = {"Content-Security-Policy": f"{_SCRIPTED}; trusted-types yinxin-worker"}
"""The page below it that answers questions about recognition."""

READER: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _policy(
        "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", _TYPED, "trusted-types 'none'"
    )
}
"""The worker that reads pictures: its own script and WebAssembly. The page itself may run no WebAssembly."""

WORKER: Final[Mapping[str, str]] = {"Content-Security-Policy": _policy("connect-src 'self'")}
"""The worker that keeps the pages: it loads no script."""
