"""One value for all that a person was shown, so that what is approved is what was read."""

import json
from hashlib import sha256
from typing import Any


def sealed(*facts: Any) -> str:
    """A digest of the facts, which are what JSON can hold."""
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
