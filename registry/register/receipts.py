"""The receipt of a registered batch: part of the answer that is kept, so whoever repeats a request has it again."""

from base64 import b64encode

from credential import receipt
from credential.model import Region
from credential.receipt import Receipt
from credential.request import Request
from credential.sign import SigningKey
from registry.record import acts
from registry.register.intake import Answer
from registry.store.models import ActRow


def of(asked: Request, act: ActRow, region: str, key: SigningKey | None) -> Answer:
    """The member of the answer that has the receipt; none where this process holds no key that may sign it."""
    if key is None:
        return {}
    made = Receipt(Region(region), asked.issuer, asked.id, act.id - 1, acts.leaf_of(act))
    return {"receipt": b64encode(receipt.seal(made, key)).decode()}
