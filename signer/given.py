"""From the command line's options to what commands work with: the home, its keys, its context."""

import argparse
import getpass
import os
from contextlib import AbstractContextManager
from pathlib import Path

from signer import opening
from signer.context import Context, Voice
from signer.custody.passphrases import Source, asked_twice, passphrases
from signer.home import Home
from signer.keys import Keyring


def home(options: argparse.Namespace) -> Home:
    """The home that the options name, or the environment, or the default."""
    return Home(Path(options.home or os.environ.get("YINXIN_SIGNER_HOME") or Path.home() / ".yinxin-signer"))


def keyring(options: argparse.Namespace, *, new: bool = False) -> Keyring:
    """The keys. With `new` passphrases are for keys yet to be made: typed twice."""
    place, ask = home(options), _prompt
    chosen = passphrases(place, asked_twice(ask) if new else ask, *_sources(options))
    return Keyring(place, chosen, options.demo_keys)


def _prompt(prompt: str) -> str:
    return getpass.getpass(prompt)


def _sources(options: argparse.Namespace) -> tuple[Source, Source]:
    return (
        Source(options.passphrase_file, options.passphrase_fd, options.passphrase_keyring),
        Source(options.request_passphrase_file, options.request_passphrase_fd),
    )


def context(options: argparse.Namespace, voice: Voice) -> AbstractContextManager[Context]:
    """The home at work. SignerError as `opening.opened`."""
    return opening.opened(keyring(options), voice)
