"""A registry with one certificate, served on this machine: what the page behind a QR's address is measured on."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from flask.testing import FlaskClient
from waitress.server import create_server

from credential import qr_text
from registry.app import create_app
from registry.http import assets
from tests.registry.office import PORT, Office, batch, build
from tools.demo.stage import free_port


@dataclass(frozen=True, slots=True)
class Site:
    """Where the registry answers, and the digits of a certificate that it registered."""

    url: str
    digits: str
    client: FlaskClient

    @property
    def page(self) -> str:
        """What the certificate's QR would open."""
        return f"{self.url}/v#{self.digits}"


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """The registry, founded in `folder` (empty) and served as long as the block lasts."""
    with redirect_stdout(StringIO()):
        data = build(folder)
    office = Office(data)
    (certificate,) = batch(office.indices(PORT, 1))
    answer = office.register(PORT, certificate)
    if answer.status_code != 200:
        raise AssertionError(answer.text)
    office.publish()
    app = create_app(data)
    server = create_server(app, host="127.0.0.1", port=(port := free_port()))
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield Site(f"http://127.0.0.1:{port}", qr_text.encode_digits(certificate), app.test_client())
    finally:
        server.close()
        office.service.store.close()


def weight(site: Site) -> int:
    """Bytes, with gzip, of everything that the page needs but the bundle: itself, its script, its style, its worker.

    The script about benefits is left out: only the page of a region that publishes a policy fetches it.
    """
    worker = _fetch(site.client, assets.WORKER_PATH)
    first = worker.partition(b"\n")[0].removeprefix(b"const yinxin=").removesuffix(b";")
    paths = [path for path in json.loads(first)["needed"] if "/benefits-" not in path]
    files = [_fetch(site.client, path) for path in paths]
    return sum(len(gzip.compress(each, 9, mtime=0)) for each in (worker, *files))


def _fetch(client: FlaskClient, path: str) -> bytes:
    with client.get(path) as answer:
        if answer.status_code != 200:
            raise AssertionError(path)
        content: bytes = answer.data
    return content
