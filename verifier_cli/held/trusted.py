"""The trust that a bundle gives to whoever holds the pin."""

from credential import trust
from credential.errors import ObjectError
from credential.model import Region
from credential.trust import Trust
from verifier_cli.held import store


def load(bundle: str, pin: str | None, region: str | None) -> Trust:
    """What the bundle says to whoever holds this pin; UsageError if either cannot be read."""
    home = None if region is None else Region(region)
    if pin is not None:
        pins = store.read_pins(pin)
    else:
        chosen, pins = store.choose_stored(region)
        home = Region(chosen)
    data = store.read_bundle(bundle)
    try:
        return trust.load(data, pins, home)
    except ObjectError as error:
        raise store.unreadable_bundle(bundle, str(error)) from None
