"""`yinxin-signer key …`: from options to what they ask for."""

import argparse
from functools import cache
from pathlib import Path
from typing import Final

from credential import cose
from credential.keyfile import Cost, Purpose
from signer import clock
from signer.commands import given
from signer.context import Context, Voice
from signer.custody import backing_up, rotating, states, stolen
from signer.errors import Json, SignerError, refused, usage
from signer.keys import os_keyring, own
from signer.keys.own import Slot
from signer.ledger import journal
from signer.remote.published import Published


def slot(options: argparse.Namespace) -> Slot | None:
    """The token that the options name, if they do. SignerError for one of the two without the other."""
    if options.pkcs11 is None and options.token is None:
        return None
    if options.pkcs11 is None or not options.token:
        raise usage("token-options", "--pkcs11 与 --token 要一起用。", "--pkcs11 and --token go together.")
    return Slot(options.pkcs11, options.token)


def _purposes(options: argparse.Namespace) -> tuple[Purpose, ...]:
    return own.purposes(given.home(options)) if options.key is None else (Purpose(options.key),)


def show(options: argparse.Namespace, voice: Voice) -> Json:
    """`key show`: by the registry's newest word, or else the last one held."""
    place = given.home(options)
    configuration = place.load()
    if configuration.registry is None:
        return states.show(place, None, clock.now(), voice, fetched=False)
    with given.context(options, voice) as context:
        found = _newest(context)
        issuer = None if found is None else found.region.issuers.get(configuration.code)
        return states.show(place, issuer, clock.now(), voice, fetched=found is not None)


def _newest(context: Context) -> Published | None:
    try:
        return context.fetch()
    except SignerError as error:
        context.voice.say(error.zh, error.en)
        return context.newest_known()


def rotate(options: argparse.Namespace, voice: Voice) -> Json:
    """`key rotate`."""
    place = given.home(options)
    if options.abandon:
        return rotating.abandon(place, voice)
    out = options.out or place.path / rotating.ENROLMENT
    keyring = given.keyring(options, voice, new=True)
    return rotating.rotate(keyring, voice, clock.now, Cost(), out, slot=slot(options), in_file=options.in_file)


def backup(options: argparse.Namespace, voice: Voice) -> Json:
    """`key backup`."""
    only = None if options.key is None else Purpose(options.key)
    return backing_up.backup(given.home(options), only, options.out, clock.today(), voice, of_next=options.next)


def restore(options: argparse.Namespace, voice: Voice) -> Json:
    """`key restore`."""
    return backing_up.restore(given.keyring(options, voice), options.given, voice, as_next=options.next)


def report_stolen(options: argparse.Namespace, voice: Voice) -> Json:
    """`key stolen`: explains; with --since also declares, once confirmed."""
    purpose = Purpose(options.key)
    if options.since is None:
        return stolen.explain(purpose, voice)
    place = given.home(options)
    place.load()
    if not options.yes and not voice.confirm(
        "本机将永远停用这把密钥，确定吗？", "this machine will never use the key again. Are you sure?"
    ):
        raise refused("declined", "已取消，什么都没有改。", "cancelled; nothing was changed.")
    # Not the home's lock: another command at work must not hold this up.
    with journal.opened(place.ledger_file) as opened:
        out = options.out or place.path / f"stolen-{_name(options, purpose)}"
        return stolen.declare(place, opened, purpose, options.since, clock.now(), out, voice)


def _name(options: argparse.Namespace, purpose: Purpose) -> str:
    path: Path = given.home(options).key_file(purpose)
    return cose.kid(own.read(path, purpose).public).hex() if path.exists() else purpose.value


def remember(options: argparse.Namespace, voice: Voice) -> Json:
    """`key remember`: a passphrase is stored only if it opens the key."""
    os_keyring.require()
    keyring = given.keyring(options, voice)
    for purpose in _purposes(options):
        once = cache(keyring.passphrase)
        own.open_file(keyring.home.key_file(purpose), purpose, once)
        os_keyring.remember(keyring.home.path, purpose, once(purpose))
    voice.say(
        "口令已存入系统钥匙串。以后各命令加 --passphrase-keyring。",
        "the passphrase is in the system's keyring. From now on add --passphrase-keyring to commands.",
    )
    return {"remembered": [purpose.value for purpose in _purposes(options)]}


def forget(options: argparse.Namespace, voice: Voice) -> Json:
    """`key forget`."""
    for purpose in _purposes(options):
        os_keyring.forget(given.home(options).path, purpose)
    voice.say("口令已从系统钥匙串删除。", "the passphrase is deleted from the system's keyring.")
    return {"forgotten": [purpose.value for purpose in _purposes(options)]}


COMMANDS: Final = {
    "key show": show,
    "key rotate": rotate,
    "key backup": backup,
    "key restore": restore,
    "key stolen": report_stolen,
    "key remember": remember,
    "key forget": forget,
}
