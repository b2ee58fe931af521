"""From the command line's options to what commands work with: the home, its keys, its context."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from signer import clock, opening
from signer.changes import queueing
from signer.checking import mapping, reading
from signer.context import Context, Voice
from signer.errors import usage
from signer.home import Home
from signer.keys.own import Keyring
from signer.keys.passphrases import Source, passphrases
from signer.printing.options import PrintOptions
from signer.printing.paper import Printing
from signer.roster.model import Roster


def home(options: argparse.Namespace) -> Home:
    """The home that the options name, or the environment, or the default."""
    return Home(Path(options.home or os.environ.get("YINXIN_SIGNER_HOME") or Path.home() / ".yinxin-signer"))


def keyring(options: argparse.Namespace, voice: Voice, *, new: bool = False) -> Keyring:
    """The keys. With `new` passphrases are for keys yet to be made: typed twice."""
    place = home(options)
    chosen = passphrases(place, voice.secret, *_sources(options), new=new)
    return Keyring(place, chosen, options.demo_keys)


def _sources(options: argparse.Namespace) -> tuple[Source, Source]:
    return (
        Source(options.passphrase_file, options.passphrase_fd, options.passphrase_keyring),
        Source(options.request_passphrase_file, options.request_passphrase_fd),
    )


@contextmanager
def context(options: argparse.Namespace, voice: Voice, *, warn: bool = True) -> Iterator[Context]:
    """The home at work. SignerError as `opening.opened`. At its end it says what waits to be submitted."""
    with opening.opened(keyring(options, voice), voice) as context:
        yield context
        if warn:
            queueing.warn(context)


def printing(options: argparse.Namespace, *, anew: bool = False) -> PrintOptions | None:
    """How to print, if it is asked for. SignerError for options about it without `--pdf`."""
    wanted = PrintOptions(
        layout=options.layout,
        fonts=tuple(options.font),
        photos=options.photos,
        file_name=options.file_name,
        merge=options.merge,
        serial=options.serial or anew,
        anew=anew,
        zip=options.zip,
    )
    if getattr(options, "pdf", True):
        return wanted
    if replace(wanted, serial=options.serial, anew=False) != PrintOptions():
        raise usage("needs-pdf", "打印选项要和 --pdf 一起用。", "options for printing go with --pdf.")
    return None


def roster(options: argparse.Namespace, voice: Voice | None = None) -> Roster:
    """The roster that the options name, read as this home's mapping says."""
    how = mapping.reading(home(options), options.mapping, options.sheet)
    return reading.read(options.roster, clock.today(), voice, how)


def printed(options: argparse.Namespace, *, anew: bool = False) -> Printing:
    """How to print what is replaced or reissued, if it is asked for."""
    wanted = printing(options, anew=anew)
    return Printing(wanted, roster(options) if options.roster and wanted is not None else None)
