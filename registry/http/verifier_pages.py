"""The pages below /v, which verify in the browser: what is served of them, and the worker that keeps them there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from credential.recognition import Agreement
from registry import current, words
from registry.http import assets, headers
from registry.http.assets import Assets, File
from registry.http.pages import add_headers, frame_now, show
from registry.http.views import service
from registry.problems import Problem, Refused
from registry.recognition.recognition_words import match_words, row_words

_EXTENSION: Final = "yinxin_verifier"
_MOST_ROWS: Final = 200
"""Of one agreement that the page lists."""
_FOREVER: Final = "public, max-age=31536000, immutable"

verifier: Final = Blueprint("verifier", __name__)
verifier.after_request(add_headers)


@dataclass(frozen=True, slots=True)
class Verifier:
    """What was built, if anything, and whether the operator takes it back from the browsers."""

    built: Assets | None
    withdrawn: bool = False

    @property
    def offered(self) -> Assets | None:
        """What the pages are served with."""
        return None if self.withdrawn else self.built


def register(app: Flask, offer: Verifier) -> None:
    """Add these pages to `app`."""
    app.extensions[_EXTENSION] = offer
    app.register_blueprint(verifier)


@verifier.get("/v")
def page() -> Response:
    """What a phone's camera opens. The certificate stands behind the `#` and never comes here."""
    return _answer(_verify_page(), headers.VERIFIER)


@verifier.get("/v/recognition")
def explorer() -> Response:
    """What a certificate would count as elsewhere. The question stands behind the `#` and never comes here."""
    return _answer(_explorer_page(), headers.EXPLORER)


@verifier.get("/recognition")
def short() -> BaseResponse:
    """An address to say aloud. The page is below /v, where what keeps it is."""
    return redirect(url_for("verifier.explorer"), 302)


@verifier.get(assets.WORKER_PATH)
def worker() -> Response:
    """What keeps the pages in a browser for later; once they are withdrawn, what takes them away again."""
    offer = _offer()
    if offer.built is None:
        raise Refused(Problem.NOT_FOUND)
    script = offer.built.retire if offer.withdrawn else _worker_of(offer.built)
    answer = Response(script, content_type="text/javascript; charset=utf-8")
    answer.headers.update(headers.WORKER)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@verifier.get("/static/dist/<name>")
def script(name: str) -> Response:
    """A script of the pages, whose name changes with its content."""
    built = _offer().built
    return _for_ever(built.scripts.get(name) if built else None)


@verifier.get("/v/<name>")
def reader(name: str) -> Response:
    """A file of the worker that reads pictures. It is below /v because what keeps that page keeps no other worker."""
    built = _offer().built
    answer = _for_ever(built.reader.get(name) if built else None)
    answer.headers.update(headers.READER)
    return answer


@verifier.get("/licences")
def licences() -> Response:
    """What the scripts contain of others, and its licences."""
    built = _offer().built
    return _sent(built.notices if built else None, "no-cache")


def _for_ever(found: File | None) -> Response:
    return _sent(found, _FOREVER)


def _sent(found: File | None, caching: str) -> Response:
    if found is None:
        raise Refused(Problem.NOT_FOUND)
    packs = request.accept_encodings["gzip"] > 0
    answer = Response(found.packed if packs else found.plain, content_type=found.media_type)
    if packs:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = caching
    return answer


@verifier.app_template_global("built_script")
def address(entry: str) -> str:
    """Where the script of this name in the build is served; empty if there is none."""
    offered = _offer().offered
    found = offered.entries.get(entry) if offered else None
    return url_for("verifier.script", name=found[0].name) if found else ""


def _offer() -> Verifier:
    found: Verifier = current_app.extensions[_EXTENSION]
    return found


def _answer(content: str, allowed: Mapping[str, str]) -> Response:
    answer = make_response(content)
    answer.headers["Cache-Control"] = "no-cache"
    if _offer().offered is not None:
        answer.headers.update(allowed)
    return answer


def _verify_page() -> str:
    return _show("verify.html", "verifier.page")


def _explorer_page() -> str:
    return _show(
        "recognition.html",
        "verifier.explorer",
        agreements=_agreements(),
        agreement_words=words.AGREEMENT_STATE,
        match_words=match_words,
        row_words=row_words,
        most_rows=_MOST_ROWS,
    )


def _agreements() -> tuple[Agreement, ...]:
    """Those that are published; none before anything is."""
    try:
        found = service().trust.recognition
    except Refused:
        return ()
    return () if found is None else found.agreements


def _show(template: str, here: str, **values: Any) -> str:
    """The page as it is when it is asked for, whoever asks for it now."""
    pin = current.read_pin(service().places).hex()
    fixed = {"here": here, "built": _offer().offered, "pin": pin, "worker": assets.WORKER_PATH}
    return show(template, frame_now(), **fixed, **values)


def _worker_of(built: Assets) -> str:
    def served(endpoint: str, found: Mapping[str, File]) -> dict[str, bytes]:
        return {url_for(endpoint, name=name): each.plain for name, each in found.items()}

    page = {url_for("verifier.page"): _verify_page().encode()}
    explorer = {url_for("verifier.explorer"): _explorer_page().encode()}
    needed = page | served("verifier.script", built.needed) | _static(assets.KEPT)
    later = served("verifier.script", built.later) | served("verifier.reader", built.reader)
    return assets.worker_script(built, needed, explorer | _static(assets.KEPT_LATER) | later)


def _static(names: Iterable[str]) -> dict[str, bytes]:
    return {url_for("pages.static", filename=name): (files("web") / "static" / name).read_bytes() for name in names}
