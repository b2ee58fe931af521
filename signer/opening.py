"""Opening an issuer's home: what the command line and programs that embed the signer both begin with."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from signer import clock
from signer.context import Context, Voice
from signer.errors import usage
from signer.home import Configuration
from signer.keys.own import Keyring
from signer.ledger import journal
from signer.remote.client import RegistryClient


@contextmanager
def opened(keyring: Keyring, voice: Voice) -> Iterator[Context]:
    """The keyring's home at work, locked for others. SignerError: no home, not enrolled, or another is at work."""
    home = keyring.home
    configuration = home.load()
    with home.locked(), journal.opened(home.ledger_file) as ledger:
        client = RegistryClient(_registry(configuration))
        yield Context(home, configuration, ledger, keyring, client, clock.now, secrets.token_bytes, voice)


def _registry(configuration: Configuration) -> str:
    if configuration.registry is None:
        raise usage(
            "not-enrolled",
            "还没有登记机构。请先运行 yinxin-signer enrol --registry 网址 --pin 指纹文件。",
            "no registry yet. First run yinxin-signer enrol --registry URL --pin FILE.",
        )
    return configuration.registry
