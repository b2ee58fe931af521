"""The file that stands in a key file's place where the key is in a token: which module, which token, which key.

It holds no secret. Who can change it can have another library loaded: it is as private as a key file.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential.ed25519 import KEY_BYTES
from credential.keyfile import Purpose

VERSION: Final = 1
MAX_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A key in a token: `module` is its PKCS#11 library, `token` and `label` are the token's name and the key's."""

    purpose: Purpose
    owner: str
    public: bytes
    module: Path
    token: str
    label: str

    def encode(self) -> bytes:
        """The bytes of the file."""
        content = {
            "yinxin_token_key": VERSION,
            "purpose": self.purpose.value,
            "owner": self.owner,
            "public": self.public.hex(),
            "module": str(self.module),
            "token": self.token,
            "label": self.label,
        }
        return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def parse(data: bytes) -> TokenFile | None:
    """The file in `data`, or None if it is not one of this kind and version."""
    try:
        match json.loads(data) if len(data) <= MAX_BYTES else None:
            case {
                "yinxin_token_key": 1,
                "purpose": str() as purpose,
                "owner": str() as owner,
                "public": str() as public,
                "module": str() as module,
                "token": str() as token,
                "label": str() as label,
            } if len(bytes.fromhex(public)) == KEY_BYTES and Path(module).is_absolute():
                return TokenFile(Purpose(purpose), owner, bytes.fromhex(public), Path(module), token, label)
    except (ValueError, RecursionError):
        pass
    return None
