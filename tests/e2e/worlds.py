"""Regions made for a test, which a site serves in place of its own."""

import time
from dataclasses import replace
from typing import Any

from tests.e2e.site import Answer, Site
from tests.world import World


def stand_in(site: Site, world: World, *others: World) -> None:
    """Lets the site serve `world` in place of its own region, with the region and the pin of that in the page."""
    pin = (site.data / "pin.txt").read_text("utf-8").splitlines()[-1]
    site.instead["/v1/bundle"] = Answer(world.bundle(*others))

    def change(path: str, body: bytes) -> bytes:
        if path != "/v":
            return body
        page = body.decode().replace(pin, world.pin().hex())
        return page.replace('data-region="35"', f'data-region="{world.region}"').encode()

    site.change = change


def today(seq: int = 1, issued: int | None = None, **changes: Any) -> World:
    """A region whose lists were issued a minute ago."""
    at = int(time.time()) - 60 if issued is None else issued
    return replace(World(seq=seq, list_issued=at, status_issued=at, checkpoint_issued=at), **changes)  # type: ignore[arg-type]
